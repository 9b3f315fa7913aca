import { expect, it } from '@jest/globals';
import { flagOf, kebabCase } from '#notation/kebab-case.ts';

it('spells names as they are typed', () => {
  expect(kebabCase('numSequencesPerObject')).toBe('num-sequences-per-object');
  expect([flagOf('lr'), flagOf('trainDataset')]).toEqual(['--lr', '--train-dataset']);
});
