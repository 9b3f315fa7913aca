import { describe } from '@jest/globals';
import { useBackend } from '#test/support/backend.ts';
import { itAgreesOnTheModel } from './golden-folder.ts';

useBackend('wasm');

describe('golden/model, on wasm', () => itAgreesOnTheModel());
