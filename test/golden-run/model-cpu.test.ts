import { describe } from '@jest/globals';
import { useBackend } from '#test/support/backend.ts';
import { itAgreesOnMixedOrientations } from './golden-folder.ts';

useBackend('cpu');

describe('golden/model, on cpu', () => itAgreesOnMixedOrientations());
