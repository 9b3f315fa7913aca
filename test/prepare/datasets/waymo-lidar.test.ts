import { describe, expect, it } from '@jest/globals';
import type { WaymoFrame, WaymoLaser } from '#formats/waymo-frame.ts';
import { identityTransform, rigidTransform } from '#geometry/rigid.ts';
import { lidarPoints, waymoPose } from '#prepare/datasets/waymo-lidar.ts';

const still = identityTransform();
const moved = rigidTransform([0, -1, 0, 1, 0, 0, 0, 0, 1], [100, 0, 0]);

/** Two rows, at 30° and 0°, and four columns: at 135°, 45°, −45° and −135°. Only listed pixels have an echo, at √2 m. */
function laserWith(echoes: readonly number[], more: Partial<WaymoLaser> = {}, poses?: Float32Array): WaymoLaser {
  const ranges = new Float32Array(2 * 4 * 4).fill(-1);
  const projections = new Int32Array(2 * 4 * 6);
  for (const at of echoes) {
    ranges[4 * at] = Math.SQRT2;
    projections.set([1, 10 + at, 20 + at, 0, 0, 0], 6 * at);
  }
  const image = { height: 2, width: 4, ranges, projections, ...(poses ? { poses } : {}) };
  return {
    ...{ name: 'TOP', laserToVehicle: still, inclinations: Float64Array.of(0, Math.PI / 6), isUniform: false },
    ...{ returns: [image], ...more },
  };
}

const frameWith = (laser: WaymoLaser, vehicleToWorld = still): WaymoFrame => {
  return { segment: '', timestampMicros: 0, vehicleToWorld, cameras: [], lasers: [laser] };
};

function expectPoints(frame: WaymoFrame, expected: readonly number[]): void {
  const { points } = lidarPoints(frame, 'record 0');
  expect(points).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(points[i]).toBeCloseTo(value, 6);
}

describe('prepare/datasets/waymo-lidar: lidarPoints', () => {
  it('turns columns from left to right, the highest inclination in the first row', () => {
    expectPoints(frameWith(laserWith([5])), [1, 1, 0]);
    expectPoints(frameWith(laserWith([6])), [1, -1, 0]);
    expectPoints(frameWith(laserWith([1])), [Math.sqrt(0.75), Math.sqrt(0.75), Math.SQRT1_2]);
  });

  it('keeps only what a camera sees, with where', () => {
    const laser = laserWith([1, 5, 6]);
    laser.returns[0]?.projections.set([0], 6 * 5);
    const { points, projections } = lidarPoints(frameWith(laser), 'record 0');
    expect(points).toHaveLength(6);
    expect([...projections]).toEqual([1, 11, 21, 0, 0, 0, 1, 16, 26, 0, 0, 0]);
  });

  it('spreads the inclinations of which only the range is given over the rows', () => {
    const laser = laserWith([5], { inclinations: Float64Array.of(-0.4, 0.4), isUniform: true });
    const [x, y, z] = [Math.cos(0.2), Math.cos(0.2), -Math.SQRT2 * Math.sin(0.2)];
    expectPoints(frameWith(laser), [x, y, z]);
  });

  it("goes by the lidar's place and then the car's; columns count in the car's directions", () => {
    const laserToVehicle = rigidTransform([0, -1, 0, 1, 0, 0, 0, 0, 1], [0, 0, 2]);
    expectPoints(frameWith(laserWith([5], { laserToVehicle })), [1, 1, 2]);
    expectPoints(frameWith(laserWith([5], { laserToVehicle }), moved), [99, 1, 2]);
  });

  it("takes each point's own pose of the car where it is given, by roll, pitch and yaw", () => {
    const poses = new Float32Array(2 * 4 * 6);
    poses.set([0, 0, Math.PI / 2, 100, 0, 5], 6 * 5);
    poses.set([Math.PI / 2, 0, 0, 0, 0, 0], 6 * 6);
    poses.set([0, Math.PI / 2, Math.PI / 2, 0, 0, 0], 6 * 4);
    const laser = laserWith([4, 5, 6], {}, poses);
    expectPoints(frameWith(laser, moved), [...[-1, 0, 1], ...[99, 1, 5], ...[1, 0, -1]]);
  });

  it('names the lidar whose inclinations do not fit its rows', () => {
    const laser = laserWith([5], { inclinations: Float64Array.of(0, 1, 2) });
    expect(() => lidarPoints(frameWith(laser), 'a.tfrecord: record 7')).toThrow(
      'a.tfrecord: record 7: lidar TOP: expected 2 inclinations, one for each row of a range image, found 3',
    );
  });
});

describe('prepare/datasets/waymo-lidar: waymoPose', () => {
  it("has OpenCV's axes: forward is the car's x, down its −z", () => {
    const pose = waymoPose(rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [1, 0, 2]), moved);
    // The car has turned left and looks along the world's y.
    expect([...pose]).toEqual(
      [1, 0, 0, 100, 0, 0, 1, 1, 0, -1, 0, 2, 0, 0, 0, 1].map((value) => expect.closeTo(value, 12)),
    );
  });
});
