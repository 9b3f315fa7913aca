import { TestEnvironment } from 'jest-environment-node';

/** tfjs and its native add-on compare typed arrays by realm, so the sandbox shares those of the outer one. */
export default class OuterRealmEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, {
      Float32Array,
      Float64Array,
      Int32Array,
      Uint8Array,
      Uint16Array,
      ArrayBuffer,
      BigInt64Array,
    });
  }
}
