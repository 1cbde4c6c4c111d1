/**
 * A day of an autoscaler: the real controllers, scheduler and API server on a clock of their own, 5,760 looks.
 * Prints one line of JSON for the first day of a process and one for the days after it.
 *
 *   node benchmarks/simulate.ts [days]
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { parseYaml } from "#api";
import { seededRandom } from "#base";
import { promisesSettled } from "#base/testing";
import {
  capacityMillisOf,
  findAutoscaler,
  findTarget,
  loadTrack,
  parseLoad,
  sceneOf,
  serviceDefaults,
  simulate,
  summaryOf,
  workerNameOf,
} from "#sim";

const days = Number(process.argv[2] ?? 10);
const { signal } = new AbortController();
const read = (file: string) => readFileSync(`examples/what-if/${file}`, "utf8");
const manifests = parseYaml(read("web.yaml")).map(({ value }) => value);
const autoscaler = findAutoscaler(manifests, undefined);
const target = autoscaler === undefined ? undefined : findTarget(autoscaler, manifests);
if (autoscaler === undefined || target === undefined) throw new Error("the example is incomplete");
const load = parseLoad(read("day.yaml"));
const service = {
  ...serviceDefaults,
  capacityMillis: capacityMillisOf(target, ""),
  ...load.service,
  container: workerNameOf(target, ""),
};
const tookMs: number[] = [];
for (let seed = 1; seed <= days; seed++) {
  const track = loadTrack(load.shape, seededRandom(seed));
  const startMs = performance.now();
  const run = await simulate(
    promisesSettled,
    { name: "web", scene: sceneOf(autoscaler, target, undefined, []), load: track, service, seed },
    signal,
  );
  tookMs.push(performance.now() - startMs);
  if (seed === 1) console.log(JSON.stringify({ what: "the day", ...summaryOf(run) }));
}
const [first = 0, ...others] = tookMs;
const sorted = others.map(Math.round).sort((left, right) => left - right);
console.log(JSON.stringify({ what: "first day of a process, ms", took: Math.round(first) }));
console.log(
  JSON.stringify({
    what: "a later day, ms",
    p50: sorted[Math.floor(sorted.length / 2)],
    max: sorted.at(-1),
    of: sorted.length,
  }),
);
