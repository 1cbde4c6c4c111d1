import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScaleTriggers } from "#api/keda/v1alpha1";
import { type TimeZone, utc } from "#base";
import { parseTriggers, type Trigger } from "./trigger.ts";
import { readTrigger } from "./trigger-reading.ts";

const tokyo: TimeZone = { offsetMsAt: () => 9 * 3_600_000 };
const zones = {
  local: utc,
  find: (name: string) =>
    new Map([
      ["UTC", utc],
      ["Asia/Tokyo", tokyo],
    ]).get(name),
};

// A trigger as `type metricType key=value …`, and what becomes of it.
const triggers: readonly (readonly [trigger: string, outcome: string])[] = [
  ["prometheus - query=up threshold=5", "s0-prometheus AverageValue 5: up > 0, null ignored"],
  ["prometheus Value query=up threshold=0.25", "s0-prometheus Value 250m: up > 0, null ignored"],
  [
    "prometheus - query=up threshold=1e3 activationThreshold=2.5 ignoreNullValues=false",
    "s0-prometheus AverageValue 1k: up > 2.5",
  ],
  ["prometheus - query=up threshold=-1", "s0-prometheus AverageValue 0: up > 0, null ignored"],
  [
    "prometheus - threshold=5",
    'error parsing prometheus metadata: missing required parameter "query" in [triggerMetadata]',
  ],
  [
    "prometheus - query=up threshold=many",
    'error parsing prometheus metadata: unable to set param "threshold" value "many": not a number',
  ],
  [
    "prometheus - query=up threshold=1 ignoreNullValues=maybe",
    'error parsing prometheus metadata: unable to set param "ignoreNullValues" value "maybe": not a bool',
  ],
  [
    "prometheus Utilization query=up threshold=1",
    "error getting scaler metric type: 'Utilization' metric type is unsupported for external metrics, allowed values are 'Value' or 'AverageValue' (prometheus)",
  ],
  [
    "cron - timezone=Asia/Tokyo start=0_8_*_*_1-5 end=30_18_*_*_1-5 desiredReplicas=4",
    "s0-cron-Asia-Tokyo-08xx1-5-3018xx1-5 AverageValue 1: 4",
  ],
  [
    "cron - timezone=UTC start=*/5_*_*_*_? end=1,2_*_*_*_* desiredReplicas=1",
    "s0-cron-UTC-xSl5xxxQm-1Cm2xxxx AverageValue 1: 1",
  ],
  [
    "cron - timezone=Mars start=0_8_*_*_* end=0_9_*_*_* desiredReplicas=1",
    "error parsing cron metadata: unable to load timezone: unknown time zone Mars",
  ],
  [
    "cron - timezone=UTC start=0_8_*_* end=0_9_*_*_* desiredReplicas=1",
    "error parsing cron metadata: error parsing start schedule: expected exactly 5 fields, found 4: [0 8 * *]",
  ],
  [
    "cron - timezone=UTC start=@daily end=0_9_*_*_* desiredReplicas=1",
    "error parsing cron metadata: error parsing start schedule: parser does not accept descriptors: @daily",
  ],
  [
    "cron - timezone=UTC start=0_8_*_*_* end=0_8_*_*_* desiredReplicas=1",
    "error parsing cron metadata: start and end can not have exactly same time input",
  ],
  [
    "cron - timezone=UTC start=0_8_*_*_* end=0_9_*_*_* desiredReplicas=0",
    "error parsing cron metadata: no desiredReplicas specified",
  ],
  [
    "cpu Utilization value=60",
    '{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}}',
  ],
  [
    "memory AverageValue value=64Mi containerName=app",
    '{"type":"ContainerResource","containerResource":{"name":"memory","container":"app","target":{"type":"AverageValue","averageValue":"64Mi"}}}',
  ],
  [
    "cpu - value=60",
    "error parsing cpu metadata: unknown metric type: , allowed values are 'Utilization' or 'AverageValue'",
  ],
  [
    "memory Utilization value=64Mi",
    'error parsing memory metadata: strconv.ParseInt: parsing "64Mi": invalid syntax',
  ],
  ["kafka - topic=a", "no scaler found for type: kafka"],
];

for (const [text, outcome] of triggers) {
  test(`the trigger {${text}} is ${outcome}`, () => {
    assert.equal(outcomeOf([triggerOf(text)]), outcome);
  });
}

test("what holds between triggers", () => {
  const named = { ...triggerOf("prometheus - query=up threshold=1"), name: "a" };
  assert.equal(
    outcomeOf([named, named]),
    'triggerName "a" is defined multiple times in the ScaledObject/ScaledJob, but it must be unique',
  );
  assert.equal(
    outcomeOf([{ ...named, useCachedMetrics: true }]),
    'property "useCachedMetrics" is not supported for "prometheus" scaler',
  );
  assert.match(outcomeOf([{ ...named, authenticationRef: { name: "x" } }]), /is not supported/);
  const two = [triggerOf("cpu Utilization value=1"), { ...named, name: "" }];
  assert.match(outcomeOf(two), /s1-prometheus/);
});

// Values that a query has (`!` for a refusal), and what the trigger says.
const readings: readonly (readonly [extra: string, values: string, reading: string])[] = [
  ["", "7", "7 active"],
  ["", "0", "0"],
  ["activationThreshold=7", "7", "7"],
  ["activationThreshold=7", "7.1", "7.1 active"],
  ["", "", "0"],
  ["", "NaN", "0"],
  ["", "Infinity", "0"],
  ["ignoreNullValues=false", "NaN", "prometheus query returns NaN"],
  [
    "ignoreNullValues=false",
    "",
    "prometheus metrics 'prometheus' target may be lost, the result is empty",
  ],
  ["", "1 2", "prometheus query up returned multiple elements"],
  ["", "!", "parse error"],
];

for (const [extra, values, reading] of readings) {
  test(`of [${values}] a prometheus trigger ${extra} makes: ${reading}`, async () => {
    const trigger = triggerOf(`prometheus - query=up threshold=1 ${extra}`.trim());
    assert.equal(await readingOf(trigger, values, 0), reading);
  });
}

const cron = "cron - timezone=Asia/Tokyo start=0_22_*_*_* end=0_6_*_*_* desiredReplicas=3";
const moments: readonly (readonly [time: string, reading: string])[] = [
  ["2026-01-05T12:59:59Z", "0"],
  ["2026-01-05T13:00:00Z", "3 active"],
  ["2026-01-05T15:00:00Z", "3 active"],
  ["2026-01-05T20:59:59Z", "3 active"],
  ["2026-01-05T21:00:00Z", "0"],
];

for (const [time, reading] of moments) {
  test(`from ten at night to six in Tokyo: at ${time} ${reading}`, async () => {
    assert.equal(await readingOf(triggerOf(cron), "", Date.parse(time)), reading);
  });
}

function triggerOf(text: string): ScaleTriggers {
  const [type = "", metricType = "-", ...pairs] = text.split(" ");
  const metadata = Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1).replaceAll("_", " ")];
    }),
  );
  if (metricType === "-") return { type, metadata };
  return { type, metadata, metricType: metricType as "Value" };
}

function outcomeOf(list: readonly ScaleTriggers[]): string {
  try {
    return parseTriggers(list, zones).map(show).join("; ");
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message;
  }
}

function show(trigger: Trigger): string {
  if (trigger.kind === "resource") return JSON.stringify(trigger.spec);
  const { metric, target } = trigger;
  const head = `${metric} ${target.type} ${target.averageValue ?? target.value}`;
  if (trigger.kind === "cron") return `${head}: ${trigger.desiredReplicas}`;
  const nulls = trigger.ignoresNull ? ", null ignored" : "";
  return `${head}: ${trigger.query} > ${trigger.activationThreshold}${nulls}`;
}

async function readingOf(spec: ScaleTriggers, text: string, nowMs: number): Promise<string> {
  const [trigger] = parseTriggers([spec], zones);
  assert.ok(trigger !== undefined && trigger.kind !== "resource");
  const prom = {
    async values() {
      if (text === "!") throw new Error("parse error");
      return text.split(" ").flatMap((value) => (value === "" ? [] : [Number(value)]));
    },
  };
  const reading = await readTrigger(trigger, prom, nowMs, new AbortController().signal);
  if (reading.kind === "failed") return reading.why;
  return `${reading.value}${reading.isActive ? " active" : ""}`;
}
