import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findPackage } from '#backend/native/package.ts';

describe('backend/native/package: findPackage', () => {
  it('finds the sources of the add-on in node_modules', () => {
    const folder = findPackage();
    expect(folder && existsSync(join(folder, 'binding', 'tfjs_backend.cc'))).toBe(true);
  });
});
