import assert from "node:assert/strict";
import { test } from "node:test";
import type { HorizontalPodAutoscalerBehavior } from "#api/autoscaling/v2";
import type { History } from "./history.ts";
import { type Normalized, normalize } from "./normalize.ts";
import { autoscalerDefaults } from "./options.ts";

const nowMs = 10_000_000;

// "3>9 in 1..10" is three replicas, nine wanted, within one and ten. The past is what was recommended
// and by how much the size changed, with the seconds since: "8@60" "+4@10" "-2@30".
const defaults: readonly (readonly [rule: string, wish: string, past: string, want: string])[] = [
  ["lets a wish be", "3>5 in 1..10", "", "5 ReadyForNewScale; DesiredWithinRange"],
  ["keeps the size", "3>3 in 1..10", "", "3 ReadyForNewScale; DesiredWithinRange"],
  ["stops at the most", "8>12 in 1..10", "", "10 ReadyForNewScale; limited by TooManyReplicas"],
  ["stops at the least", "3>1 in 2..10", "", "2 ReadyForNewScale; limited by TooFewReplicas"],
  ["at most doubles", "5>20 in 1..50", "", "10 ReadyForNewScale; limited by ScaleUpLimit"],
  ["goes up to four at once", "1>9 in 1..50", "", "4 ReadyForNewScale; limited by ScaleUpLimit"],
  ["goes up from nothing", "0>9 in 0..50", "", "4 ReadyForNewScale; limited by ScaleUpLimit"],
  [
    "names the bound that is lower",
    "5>20 in 1..10",
    "",
    "10 ReadyForNewScale; limited by TooManyReplicas",
  ],
  ["waits with shrinking", "8>2 in 1..10", "8@299", "8 ScaleDownStabilized; DesiredWithinRange"],
  [
    "shrinks to the highest of late",
    "8>2 in 1..10",
    "8@301 5@120 3@60",
    "5 ScaleDownStabilized; DesiredWithinRange",
  ],
  [
    "counts the edge of the window",
    "8>2 in 1..10",
    "6@300",
    "6 ScaleDownStabilized; DesiredWithinRange",
  ],
  [
    "does not wait with growing",
    "3>6 in 1..10",
    "3@10 4@5",
    "6 ReadyForNewScale; DesiredWithinRange",
  ],
  [
    "lets a higher past raise the size",
    "3>4 in 1..10",
    "6@100",
    "6 ScaleDownStabilized; DesiredWithinRange",
  ],
];

for (const [rule, wish, past, want] of defaults) {
  test(`without rules of its own an autoscaler ${rule}: ${wish} after [${past}]`, () => {
    assert.equal(show(normalizeText(wish, past, undefined)), want);
  });
}

// Rules as "up 10s Max Pods4/15 Percent100/60; down 300s Min Percent50/60"; what is left out is default.
const ruled: readonly (readonly [
  rule: string,
  rules: string,
  wish: string,
  past: string,
  want: string,
])[] = [
  [
    "adds four pods or doubles by default",
    "",
    "1>20 in 1..50",
    "",
    "5 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "doubles when that is more",
    "",
    "6>20 in 1..50",
    "",
    "12 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "counts from where the period began",
    "",
    "6>20 in 1..50",
    "+3@14",
    "7 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "forgets what was before the period",
    "",
    "6>20 in 1..50",
    "+3@15",
    "12 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "counts what went down in between",
    "",
    "6>20 in 1..50",
    "+3@14 -1@5",
    "8 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "adds no more than its pods",
    "up Pods2/60",
    "6>20 in 1..50",
    "",
    "8 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "adds nothing once they are spent",
    "up Pods2/60",
    "6>20 in 1..50",
    "+2@30",
    "6 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "never goes back for having been too fast",
    "up Pods2/60",
    "9>20 in 1..50",
    "+6@30",
    "9 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "rounds percents up when growing",
    "up Percent10/60",
    "3>20 in 1..50",
    "",
    "4 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "takes the slower policy for Min",
    "up Min Pods4/60 Percent10/60",
    "20>50 in 1..50",
    "",
    "22 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "takes the faster policy for Max",
    "up Max Pods4/60 Percent10/60",
    "20>50 in 1..50",
    "",
    "24 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "never grows when that is disabled",
    "up Disabled",
    "3>9 in 1..50",
    "",
    "3 ReadyForNewScale; limited by ScaleUpLimit",
  ],
  [
    "never shrinks when that is disabled",
    "down 0s Disabled",
    "9>3 in 1..50",
    "",
    "9 ReadyForNewScale; limited by ScaleDownLimit",
  ],
  [
    "names the most where that is lower",
    "up Pods9/60",
    "3>20 in 1..8",
    "",
    "8 ReadyForNewScale; limited by TooManyReplicas",
  ],
  [
    "waits with growing",
    "up 60s",
    "3>9 in 1..50",
    "3@30",
    "3 ScaleUpStabilized; DesiredWithinRange",
  ],
  [
    "grows as far as all agree",
    "up 60s",
    "3>9 in 1..50",
    "5@30 7@10",
    "5 ScaleUpStabilized; DesiredWithinRange",
  ],
  [
    "leaves the edge of the window out",
    "up 60s",
    "3>7 in 1..50",
    "3@60",
    "7 ReadyForNewScale; DesiredWithinRange",
  ],
  [
    "waits five minutes with shrinking by default",
    "",
    "9>3 in 1..50",
    "9@299",
    "9 ScaleDownStabilized; DesiredWithinRange",
  ],
  [
    "shrinks at once without a window",
    "down 0s",
    "9>3 in 1..50",
    "9@1",
    "3 ReadyForNewScale; DesiredWithinRange",
  ],
  [
    "shrinks to the least at once by default",
    "down 0s",
    "9>0 in 1..50",
    "",
    "1 ReadyForNewScale; limited by TooFewReplicas",
  ],
  [
    "removes no more than its pods",
    "down 0s Pods2/60",
    "9>3 in 1..50",
    "",
    "7 ReadyForNewScale; limited by ScaleDownLimit",
  ],
  [
    "counts what it removed",
    "down 0s Pods2/60",
    "9>3 in 1..50",
    "-1@59",
    "8 ReadyForNewScale; limited by ScaleDownLimit",
  ],
  [
    "rounds percents down when shrinking",
    "down 0s Percent10/60",
    "9>3 in 1..50",
    "",
    "8 ReadyForNewScale; limited by ScaleDownLimit",
  ],
  [
    "takes the slower policy down for Min",
    "down 0s Min Pods4/60 Percent10/60",
    "20>5 in 1..50",
    "",
    "18 ReadyForNewScale; limited by ScaleDownLimit",
  ],
  [
    "takes the faster policy down for Max",
    "down 0s Max Pods4/60 Percent10/60",
    "20>5 in 1..50",
    "",
    "16 ReadyForNewScale; limited by ScaleDownLimit",
  ],
  [
    "waits both ways",
    "up 60s; down 60s",
    "5>5 in 1..50",
    "9@30 2@10",
    "5 ReadyForNewScale; DesiredWithinRange",
  ],
];

for (const [rule, rules, wish, past, want] of ruled) {
  test(`an autoscaler with rules [${rules}] ${rule}: ${wish} after [${past}]`, () => {
    assert.equal(show(normalizeText(wish, past, parseBehavior(rules))), want);
  });
}

test("a wish is remembered for as long as it can count", () => {
  const { history } = normalizeText("8>2 in 1..10", "9@301 8@299", undefined);
  assert.deepEqual(
    history.recommendations.map(({ replicas }) => replicas),
    [8, 2],
  );
});

function normalizeText(
  wish: string,
  past: string,
  behavior: HorizontalPodAutoscalerBehavior | undefined,
): Normalized {
  const [currentReplicas = 0, desiredReplicas = 0, minReplicas = 0, maxReplicas = 0] = (
    wish.match(/\d+/g) ?? []
  ).map(Number);
  const facts = { currentReplicas, desiredReplicas, minReplicas, maxReplicas, behavior, nowMs };
  return normalize(facts, parsePast(past), autoscalerDefaults);
}

function parsePast(past: string): History {
  const words = past.split(" ").filter((word) => word !== "");
  const entries = words.map((word) => {
    const [, sign = "", amount = "", seconds = ""] = /^([+-]?)(\d+)@(\d+)$/.exec(word) ?? [];
    return { sign, amount: Number(amount), atMs: nowMs - Number(seconds) * 1000 };
  });
  const steps = (wanted: string) =>
    entries
      .filter(({ sign }) => sign === wanted)
      .map(({ amount, atMs }) => ({ change: amount, atMs }));
  return {
    recommendations: entries
      .filter(({ sign }) => sign === "")
      .map(({ amount, atMs }) => ({ replicas: amount, atMs })),
    ups: steps("+"),
    downs: steps("-"),
  };
}

function parseBehavior(rules: string): HorizontalPodAutoscalerBehavior {
  const of = (direction: string) => {
    const part = rules.split("; ").find((text) => text.startsWith(direction));
    if (part === undefined) return undefined;
    const words = part.split(" ").slice(1);
    const window = words.find((word) => /^\d+s$/.test(word));
    const select = words.find((word) => ["Max", "Min", "Disabled"].includes(word));
    const policies = words.flatMap((word) => {
      const [, type, value, period] = /^(Pods|Percent)(\d+)\/(\d+)$/.exec(word) ?? [];
      if (type === undefined) return [];
      return [{ type, value: Number(value), periodSeconds: Number(period) }];
    });
    return {
      ...(window === undefined ? {} : { stabilizationWindowSeconds: Number.parseInt(window, 10) }),
      ...(select === undefined ? {} : { selectPolicy: select }),
      ...(policies.length === 0 ? {} : { policies }),
    };
  };
  return { scaleUp: of("up"), scaleDown: of("down") };
}

function show({ replicas, stabilized, limited }: Normalized): string {
  return `${replicas} ${stabilized.reason}; ${limited.isLimited ? "limited by " : ""}${limited.reason}`;
}
