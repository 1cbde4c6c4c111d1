import assert from "node:assert/strict";
import { test } from "node:test";
import { LoadFileError, parseLoad } from "./parse-load.ts";

test("a table has a column for each metric, and times in many notations", () => {
  const { shape } = parseLoad("time,requests,queue\n0,10,\n1h,20,3\n# lunch\n13:05,30,4\n");
  assert.deepEqual(shape, {
    interpolation: "linear",
    noise: 0,
    points: [
      { atMs: 0, values: { requests: 10 } },
      { atMs: 3_600_000, values: { requests: 20, queue: 3 } },
      { atMs: 47_100_000, values: { requests: 30, queue: 4 } },
    ],
  });
});

test("moments count from the first of them", () => {
  const { shape } = parseLoad("time,cpu\n2026-03-01T23:00:00Z,1\n2026-03-02T01:00:00Z,2.5\n");
  assert.deepEqual(
    shape.points.map(({ atMs, values }) => [atMs / 3_600_000, values["cpu"]]),
    [
      [0, 1],
      [2, 2.5],
    ],
  );
});

test("a document says how the service answers, too", () => {
  const { shape, service } = parseLoad(`
shape: steps
noise: 0.1
points: [{at: 0h, requests: 1}, {at: 1h30m, requests: 2}]
service: {cpuPerRequest: 5m, capacity: 1.5, memory: 64Mi, startup: 20s, slo: 80%, container: web}
`);
  assert.equal(shape.interpolation, "steps");
  assert.equal(shape.points[1]?.atMs, 5_400_000);
  assert.deepEqual(service, {
    cpuMillisPerRequest: 5,
    capacityMillis: 1500,
    memoryBytes: 67_108_864,
    startupMs: 20_000,
    sloUtilization: 0.8,
    container: "web",
  });
});

const bad: readonly (readonly [text: string, problem: string])[] = [
  ["[]", "a load file is a mapping with points"],
  ["points: []", "a load needs at least one point"],
  ["time,cpu\n", "a load needs at least one point"],
  ["points: [{requests: 1}]", "point 1 does not say when"],
  ["points: [{at: 5m, cpu: 1}, {at: 1m, cpu: 1}]", "point 2 is before the one above it"],
  ["points: [{at: 0, cpu: -1}]", "cpu of point 1 must be a number that is not negative, not -1"],
  ["time,cpu\n0,many", 'cpu of point 1 must be a number that is not negative, not "many"'],
  ["points: [{at: 40000h, cpu: 1}, {at: 50000h, cpu: 1}]", "a load may span 31 days at most"],
  ["shape: wavy\npoints: [{at: 0}]", 'shape must be linear or steps, not "wavy"'],
  ["noise: 2\npoints: [{at: 0}]", "noise must be from 0 to 1, not 2"],
  ["load: []", 'a load file has no field "load"; there are: shape, noise, points, service'],
  [
    "points: [{at: 0}]\nservice: {slo: 120%}",
    "the objective must be above 0 and at most 1 or 100%, not 120%",
  ],
  ["points: [{at: yesterday}]", 'time: invalid duration "yesterday"'],
  ["points: [{at: {}}]", "time of point 1 must be a number or a text, not {}"],
];

for (const [text, problem] of bad) {
  test(`a load file is refused: ${problem}`, () => {
    assert.throws(
      () => parseLoad(text),
      (error) => {
        assert.ok(error instanceof LoadFileError);
        assert.equal(error.message, problem);
        return true;
      },
    );
  });
}
