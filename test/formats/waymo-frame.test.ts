import { describe, expect, it } from '@jest/globals';
import { readTfRecords } from '#formats/tf-record.ts';
import { decodeWaymoFrame, type WaymoCamera, type WaymoFrame } from '#formats/waymo-frame.ts';
import { decodeImage } from '#image/decode.ts';
import { fixturePath, ramp } from './fixtures.ts';

async function readFrames(): Promise<WaymoFrame[]> {
  const frames: WaymoFrame[] = [];
  for await (const record of readTfRecords(fixturePath('waymo.tfrecord')))
    frames.push(decodeWaymoFrame(record, 'frame'));
  return frames;
}

const identity = (add = 0, times = 1) => Float64Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? times : 0) + add);

describe("formats/waymo-frame: what Google's protobuf wrote", () => {
  it('reads when and where each frame was taken', async () => {
    const frames = await readFrames();
    expect(frames.map(({ segment, timestampMicros }) => [segment, timestampMicros])).toEqual([
      ['segment-42', 1_550_083_467_346_370],
      ['segment-42', 1_550_083_467_346_371],
    ]);
    expect(frames.map(({ vehicleToWorld }) => vehicleToWorld)).toEqual([identity(), identity(1)]);
  });

  it('reads images with the calibration of their camera', async () => {
    const [, { cameras }] = (await readFrames()) as [WaymoFrame, WaymoFrame];
    const [{ jpeg, ...camera }] = cameras as [WaymoCamera];
    expect(camera).toEqual({
      name: 'FRONT_LEFT',
      width: 64,
      height: 48,
      focalPx: [50.5, 51],
      principalPx: [32, 24],
      distortion: Float64Array.of(0.1, -0.2, 0.001, 0.002, 0),
      cameraToVehicle: Float64Array.from(ramp(16)),
      vehicleToWorld: identity(-1),
    });
    expect(await decodeImage(jpeg)).toMatchObject({ width: 64, height: 48 });
  });

  it('reads range images, where cameras see their points, and poses of the top scanner', async () => {
    const [first] = await readFrames();
    const image = {
      height: 3,
      width: 5,
      ranges: Float32Array.from(ramp(60)),
      projections: Int32Array.from({ length: 90 }, (_, i) => i - 3),
    };
    expect(first?.lasers).toEqual([
      {
        name: 'TOP',
        laserToVehicle: identity(),
        inclinations: Float64Array.of(-0.3, 0, 0.1),
        isUniform: false,
        returns: [{ ...image, poses: Float32Array.from(ramp(90)) }],
      },
      {
        name: 'SIDE_LEFT',
        laserToVehicle: identity(0, 3),
        inclinations: Float64Array.of(-1.5, 0.5),
        isUniform: true,
        returns: [image],
      },
    ]);
  });

  it('refuses a record that is no frame', () => {
    expect(() => decodeWaymoFrame(Uint8Array.of(8, 1), 'record 3')).toThrow(
      'record 3: expected another type in the field 1',
    );
    expect(() => decodeWaymoFrame(new Uint8Array(0), 'record 3')).toThrow('record 3: expected the field 1, found none');
  });
});
