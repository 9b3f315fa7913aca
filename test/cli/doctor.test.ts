import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { EngineReport } from '#backend/measure.ts';
import { doctorCommand } from '#cli/doctor.ts';

const REPORTS: EngineReport[] = [
  { name: 'tensorflow', works: false, reason: 'engine tensorflow: it is not set up; run `dust3r setup`' },
  { name: 'wasm', works: true, version: '4.22.0', device: 'CPU', gflops: 28.44 },
];

jest.mock('#backend/measure.ts', () => ({ measureEngines: async () => REPORTS }));

describe('cli/doctor: dust3r doctor', () => {
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const doctor = async (json: boolean) => {
    await doctorCommand.handler({ json, _: ['doctor'], $0: 'dust3r' });
    return String(log.mock.lastCall?.[0]);
  };

  afterEach(() => {
    log.mockClear();
  });

  it('prints a line for each engine, with its speed or what is wrong', async () => {
    const lines = (await doctor(false)).split('\n');
    expect(lines[0]).toBe(`Node ${process.version} on ${process.platform}-${process.arch}`);
    expect(lines[1]).toMatch(/^cache /);
    expect(lines[2]).toBe('tensorflow –   engine tensorflow: it is not set up; run `dust3r setup`');
    expect(lines[3]).toMatch(/^wasm +ok +4\.22\.0 +28\.4 GFLOP\/s +CPU$/);
  });

  it('prints the same as JSON', async () => {
    expect(JSON.parse(await doctor(true))).toMatchObject({ node: process.version, engines: REPORTS });
  });
});
