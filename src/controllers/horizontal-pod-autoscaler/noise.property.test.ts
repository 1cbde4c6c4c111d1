/** Nothing flaps on a noisy signal: hours of looks on the virtual clock, for several seeds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { HorizontalPodAutoscaler, HPAScalingRules } from "#api/autoscaling/v2";
import type { Pod } from "#api/core/v1";
import { seededRandom, VirtualClock } from "#base/testing";
import { boundsOf, decideByMetrics, toleranceOf } from "./decide.ts";
import { evaluateMetric } from "./evaluate.ts";
import { historySince } from "./history.ts";
import { autoscalerDefaults } from "./options.ts";

const spanMs = 4 * 3_600_000;
const seeds = [1, 2, 3];
const targetMillis = 50;

interface Run {
  /** How far each sample may be off, as a ratio, evenly spread. */
  readonly noise: number;
  /** What all pods together use without noise. */
  readonly loadMillis: number;
  readonly seed: number;
  /** Whether more pods come as soon as a sample asks for them. */
  readonly reacts: boolean;
  readonly scaleDown?: HPAScalingRules;
}

interface Change {
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
}

for (const reacts of [false, true]) {
  const mode = reacts ? "at every sample" : "every 15 s";
  test(`noise within the tolerance changes nothing, looked at ${mode}`, async () => {
    for (const seed of seeds) {
      // Five pods at exactly their target: a tenth each way is tolerated.
      const changes = await run({ noise: 0.099, loadMillis: 250, seed, reacts });
      assert.deepEqual(changes, [], `seed ${seed}`);
    }
  });

  test(`after noise beyond the tolerance nothing shrinks for five minutes, looked at ${mode}`, async () => {
    for (const seed of seeds) {
      const changes = await run({ noise: 0.5, loadMillis: 400, seed, reacts });
      assert.deepEqual(changes.filter(followsTooSoon), [], `seed ${seed}`);
      // Twenty looks make a window: the highest of them hardly ever changes by a whole pod.
      assert.ok(changes.length < 60, `${changes.length} changes of 960 looks, seed ${seed}`);
    }
  });

  test(`a steady load is found and kept, looked at ${mode}`, async () => {
    for (const seed of seeds) {
      const changes = await run({ noise: 0.02, loadMillis: 800, seed, reacts });
      // ceil(5 × 160 / 50) = 16, or one more when the first sample was high.
      assert.ok([16, 17].includes(changes.at(-1)?.to ?? 0), `seed ${seed}`);
      assert.ok(changes.length <= 3, `seed ${seed}: ${JSON.stringify(changes)}`);
    }
  });
}

test("without a window the same noise does flap: the window is what prevents it", async () => {
  const scaleDown = { stabilizationWindowSeconds: 0 };
  const changes = await run({ noise: 0.5, loadMillis: 400, seed: 1, reacts: false, scaleDown });
  assert.ok(changes.filter(followsTooSoon).length > 200);
});

/** A shrinking within the window of a growing. */
function followsTooSoon(
  { atMs, from, to }: Change,
  index: number,
  all: readonly Change[],
): boolean {
  const before = all.slice(Math.max(0, index - 25), index);
  return to < from && before.some((one) => one.to > one.from && atMs - one.atMs < 300_000);
}

/** Hours of an autoscaler whose pods share a noisy load, starting with five of them. */
async function run({
  noise,
  loadMillis,
  seed,
  reacts,
  scaleDown,
}: Run): Promise<readonly Change[]> {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const autoscaler = autoscalerOf(scaleDown);
  const changes: Change[] = [];
  const options = autoscalerDefaults;
  let replicas = 5;
  let history = historySince(replicas, clock.nowMs());
  const sampleMs = reacts ? 5_000 : options.syncPeriodMs;
  for (let atMs = 0; atMs < spanMs; atMs += sampleMs) {
    const nowMs = clock.nowMs();
    const isSync = atMs % options.syncPeriodMs === 0;
    const total = loadMillis * (1 + noise * (2 * random.fraction() - 1));
    assert.equal(boundsOf(autoscaler, replicas).kind, "metrics");
    const pods = podsOf(replicas);
    const each = BigInt(Math.round(total / replicas));
    const reading = { atMs: nowMs, windowMs: 5_000, millis: each };
    const value = new Map(pods.map(({ metadata }) => [metadata.name, reading]));
    const facts = {
      namespace: "n",
      specReplicas: replicas,
      statusReplicas: replicas,
      pods,
      tolerance: toleranceOf(autoscaler, options),
      nowMs,
      options,
    };
    const measurement = { of: "pods", readings: { kind: "measured", value } } as const;
    const outcomes = (autoscaler.spec.metrics ?? []).map((metric) =>
      evaluateMetric(metric, measurement, facts),
    );
    const trigger = isSync ? "sync" : "sample";
    const look = {
      autoscaler,
      currentReplicas: replicas,
      history,
      trigger,
      nowMs,
      options,
    } as const;
    const decision = decideByMetrics(look, outcomes);
    const wanted = decision.rescale?.replicas ?? replicas;
    if (isSync || wanted > replicas) {
      history = decision.history;
      if (wanted !== replicas) changes.push({ atMs, from: replicas, to: wanted });
      replicas = wanted;
    }
    await clock.advance(sampleMs);
  }
  return changes;
}

function autoscalerOf(scaleDown: HPAScalingRules | undefined): Live<HorizontalPodAutoscaler> {
  const target = { type: "AverageValue", averageValue: `${targetMillis}m` };
  return {
    metadata: { name: "a", uid: "a", resourceVersion: "1", creationTimestamp: "" },
    spec: {
      scaleTargetRef: { kind: "Deployment", name: "a" },
      minReplicas: 1,
      maxReplicas: 100,
      metrics: [{ type: "Pods", pods: { metric: { name: "load" }, target } }],
      ...(scaleDown === undefined ? {} : { behavior: { scaleDown } }),
    },
    status: { desiredReplicas: 0 },
  };
}

function podsOf(count: number): readonly Live<Pod>[] {
  return Array.from({ length: count }, (_, index) => ({
    metadata: { name: `p${index}`, uid: `p${index}`, resourceVersion: "1", creationTimestamp: "" },
    spec: { containers: [{ name: "app" }] },
    status: { phase: "Running" },
  }));
}
