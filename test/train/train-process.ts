/**
 * A run in a process of its own, to be killed: node --import tsx test/train/train-process.ts <engine> <settings as JSON>
 * Says on stdout what happens, a line each, as soon as it does.
 */
import { writeSync } from 'node:fs';
import { type BackendName, chooseBackend } from '#backend/choose.ts';
import type { TrainSettings } from '#train/config.ts';
import { createJsonLog } from '#train/log/json-log.ts';
import { trainModel } from '#train/train-model.ts';

const [engine, json] = process.argv.slice(2) as [BackendName, string];
const settings = JSON.parse(json) as TrainSettings & { outputDir: string };
writeSync(1, 'begin\n');
await chooseBackend(engine);
const log = createJsonLog({ path: `${settings.outputDir}/log.jsonl`, every: 1 });
await trainModel(settings, {
  onEvent: (event) => {
    log(event);
    writeSync(1, `${event.type}\n`);
  },
});
