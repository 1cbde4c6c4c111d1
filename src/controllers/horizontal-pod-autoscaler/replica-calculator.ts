/**
 * How many pods a metric asks for: `ceil(pods × current / target)`, and everything that is to be heeded
 * about tolerance and about pods that are not ready or have no figures. Pure. Source of the rules, the
 * rounding and the words: upstream's `replica_calculator.go`.
 */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { isReady } from "../pod-facts.ts";
import { type Arithmetic, type ArithmeticRule, isTolerated, type Tolerance } from "./arithmetic.ts";
import type { Measured, PodReadings } from "./metrics-source.ts";
import type { AutoscalerOptions } from "./options.ts";
import { groupPods, type PodGroups } from "./pod-groups.ts";
import { requestsOf } from "./pod-requests.ts";

/** The largest number of replicas that the API can carry. */
const replicasMax = 2 ** 31 - 1;
/** The largest amount that upstream can count. */
const millisMax = 2n ** 63n - 1n;

/** What is the same for all metrics of one autoscaler. */
export interface ScaleFacts {
  /** How many replicas the target is to have now, and how many it has. */
  readonly specReplicas: number;
  readonly statusReplicas: number;
  /** All that the target's selector matches. */
  readonly pods: readonly Live<Pod>[];
  readonly tolerance: Tolerance;
  readonly nowMs: number;
  readonly options: AutoscalerOptions;
}

export type Calculation =
  | {
      readonly kind: "calculated";
      readonly replicas: number;
      /** The average of a pod, or the total, in thousandths. */
      readonly millis: bigint;
      /** The average over the pods as a percentage of their requests; only of a utilization. */
      readonly percent: bigint | undefined;
      readonly arithmetic: Arithmetic;
    }
  | { readonly kind: "failed"; readonly why: string };

export interface ResourceTarget {
  readonly resource: string;
  readonly container: string | undefined;
}

/** By how much of their requests the pods use. */
export function utilizationReplicas(
  facts: ScaleFacts,
  { resource, container }: ResourceTarget,
  measured: Measured<PodReadings>,
  targetPercent: number,
): Calculation {
  if (measured.kind === "unavailable") {
    return failed(`unable to get metrics for resource ${resource}: ${measured.why}`);
  }
  const grouped = groupedAmounts(facts, resource, measured.value);
  if ("why" in grouped) return failed(grouped.why);
  const requests = requestsOf(facts.pods, resource, container);
  if (requests.kind === "unknown") return failed(requests.why);
  const target = BigInt(targetPercent);
  const ratioOf = (amounts: Amounts) => utilizationRatio(amounts, requests.byPod, targetPercent);
  const first = ratioOf(grouped.amounts);
  if (first === undefined) return failed("no metrics returned matched known pods");
  // Those that cannot be seen are taken to use all they ask for, or as much as is aimed at.
  const fullPercent = BigInt(Math.max(100, targetPercent));
  const fullOf = (name: string) => ((requests.byPod.get(name) ?? 0n) * fullPercent) / 100n;
  const outcome = balance(facts, grouped, first.ratio, {
    fullOf,
    ratioOf: (amounts) => ratioOf(amounts)?.ratio ?? first.ratio,
  });
  return {
    kind: "calculated",
    replicas: outcome.replicas,
    millis: first.average,
    percent: first.percent,
    arithmetic: { ...outcome, unit: "percent", current: first.percent, target },
  };
}

/** By the average of what the pods use of a resource, or of any metric of theirs. */
export function averageReplicas(
  facts: ScaleFacts,
  resource: string,
  readings: PodReadings,
  target: bigint,
): Calculation {
  const grouped = groupedAmounts(facts, resource, readings);
  if ("why" in grouped) return failed(grouped.why);
  const averageOf = (amounts: Amounts) => sumOf(amounts.values()) / BigInt(amounts.size);
  const ratioOf = (amounts: Amounts) => Number(averageOf(amounts)) / Number(target);
  const current = averageOf(grouped.amounts);
  const outcome = balance(facts, grouped, ratioOf(grouped.amounts), {
    fullOf: () => target,
    ratioOf,
  });
  return {
    kind: "calculated",
    replicas: outcome.replicas,
    millis: current,
    percent: undefined,
    arithmetic: { ...outcome, unit: "millis", current, target },
  };
}

/** By one figure that all pods together should bring to its target. */
export function valueReplicas(facts: ScaleFacts, current: bigint, target: bigint): Calculation {
  const { specReplicas, tolerance, pods } = facts;
  const ratio = Number(current) / Number(target);
  const calculated = (rule: ArithmeticRule, factor: number, replicas: number): Calculation => ({
    kind: "calculated",
    replicas,
    millis: current,
    percent: undefined,
    arithmetic: { ...plainArithmetic(facts, ratio), current, target, rule, factor, replicas },
  });
  if (specReplicas === 0) return calculated("from zero", 1, replicasOf(ratio));
  if (isTolerated(tolerance, ratio)) return calculated("tolerated", 1, specReplicas);
  if (pods.length === 0) {
    return failed(`unable to calculate ready pods: ${noPods}`);
  }
  const readyCount = pods.filter((pod) => pod.status.phase === "Running" && isReady(pod)).length;
  return calculated("proportional", readyCount, replicasOf(ratio * readyCount));
}

/** By one figure of which each pod should have its share. */
export function shareReplicas(facts: ScaleFacts, current: bigint, target: bigint): Calculation {
  const { statusReplicas, tolerance } = facts;
  const ratio = Number(current) / (Number(target) * statusReplicas);
  const isKept = isTolerated(tolerance, ratio);
  const replicas = isKept ? statusReplicas : replicasOf(Number(current) / Number(target));
  const share = statusReplicas === 0 ? current : ceilDivide(current, BigInt(statusReplicas));
  const rule = isKept ? "tolerated" : "divided";
  // Without pods there is no ratio to speak of: the total is divided all the same.
  const factor = Number.isFinite(ratio) ? statusReplicas : 1;
  const shown = Number.isFinite(ratio) ? ratio : Number(current) / Number(target);
  return {
    kind: "calculated",
    replicas,
    millis: current >= millisMax ? millisMax : share,
    percent: undefined,
    arithmetic: {
      ...plainArithmetic(facts, shown),
      current: share,
      target,
      rule,
      factor,
      replicas,
    },
  };
}

/** The sum of an external metric's series, as far as upstream can count. */
export function totalOf(values: readonly bigint[]): bigint {
  const total = sumOf(values);
  return total > millisMax ? millisMax : total;
}

type Amounts = ReadonlyMap<string, bigint>;

interface GroupedAmounts {
  readonly groups: PodGroups;
  /** Of pods that count. Not empty. */
  readonly amounts: Amounts;
}

const noPods = "no pods returned by selector while calculating replica count";

function groupedAmounts(
  facts: ScaleFacts,
  resource: string,
  readings: PodReadings,
): GroupedAmounts | { readonly why: string } {
  const { pods, nowMs, options } = facts;
  if (pods.length === 0) return { why: noPods };
  const groups = groupPods({ pods, readings, resource, nowMs, options });
  const amounts = new Map<string, bigint>();
  for (const [name, { millis }] of readings) amounts.set(name, millis);
  for (const name of groups.ignored) amounts.delete(name);
  for (const name of groups.unready) amounts.delete(name);
  if (amounts.size === 0) {
    return { why: "did not receive metrics for targeted pods (pods might be unready)" };
  }
  return { groups, amounts };
}

interface Balancing {
  /** What a pod without figures is taken to use when that speaks against fewer pods. */
  readonly fullOf: (name: string) => bigint;
  readonly ratioOf: (amounts: Amounts) => number;
}

type Balanced = Omit<Arithmetic, "unit" | "current" | "target">;

/**
 * Pods that cannot be seen count in favour of leaving things as they are: when the others ask for more
 * pods, these are taken to use nothing, and when they ask for fewer, all they may.
 */
function balance(
  facts: ScaleFacts,
  { groups, amounts }: GroupedAmounts,
  ratio: number,
  { fullOf, ratioOf }: Balancing,
): Balanced {
  const { specReplicas, tolerance } = facts;
  const { readyCount, unready, missing, ignored } = groups;
  const common = { ratio, tolerance, readyCount, unready, missing, ignored };
  const isUp = ratio > 1;
  if (missing.length === 0 && !(isUp && unready.length > 0)) {
    const rule = isTolerated(tolerance, ratio) ? "tolerated" : "proportional";
    const replicas = rule === "tolerated" ? specReplicas : replicasOf(ratio * readyCount);
    const plain = { assumed: undefined, assumedRatio: undefined, factor: readyCount };
    return { ...common, ...plain, rule, replicas };
  }
  const all = new Map(amounts);
  if (ratio !== 1) for (const name of missing) all.set(name, isUp ? 0n : fullOf(name));
  if (isUp) for (const name of unready) all.set(name, 0n);
  const assumedRatio = ratioOf(all);
  const replicas = replicasOf(assumedRatio * all.size);
  const rule = ruleWithAll(facts, ratio, assumedRatio, replicas);
  return {
    ...common,
    assumed: isUp ? "nothing" : "all",
    assumedRatio,
    factor: all.size,
    rule,
    replicas: rule === "proportional" ? replicas : specReplicas,
  };
}

function ruleWithAll(
  { specReplicas, tolerance }: ScaleFacts,
  ratio: number,
  assumedRatio: number,
  replicas: number,
): ArithmeticRule {
  if (isTolerated(tolerance, assumedRatio)) return "tolerated with all pods";
  const turns = (ratio < 1 && assumedRatio > 1) || (ratio > 1 && assumedRatio < 1);
  const overshoots =
    (assumedRatio < 1 && replicas > specReplicas) || (assumedRatio > 1 && replicas < specReplicas);
  return turns || overshoots ? "direction would turn" : "proportional";
}

interface Utilization {
  readonly ratio: number;
  readonly percent: bigint;
  readonly average: bigint;
}

/** Over the pods whose requests are known; whole percents, cut off. */
function utilizationRatio(
  amounts: Amounts,
  requests: Amounts,
  targetPercent: number,
): Utilization | undefined {
  let used = 0n;
  let requested = 0n;
  let count = 0;
  for (const [name, amount] of amounts) {
    const request = requests.get(name);
    if (request === undefined) continue;
    used += amount;
    requested += request;
    count++;
  }
  if (requested === 0n) return undefined;
  const percent = (used * 100n) / requested;
  const average = used / BigInt(count);
  return { ratio: Number(percent) / targetPercent, percent, average };
}

function plainArithmetic(
  { tolerance, pods }: ScaleFacts,
  ratio: number,
): Omit<Arithmetic, "current" | "target" | "rule" | "factor" | "replicas"> {
  return {
    unit: "millis",
    ratio,
    tolerance,
    readyCount: pods.length,
    unready: [],
    missing: [],
    ignored: [],
    assumed: undefined,
    assumedRatio: undefined,
  };
}

function failed(why: string): Calculation {
  return { kind: "failed", why };
}

function replicasOf(count: number): number {
  return Math.min(Math.ceil(count), replicasMax);
}

function sumOf(amounts: Iterable<bigint>): bigint {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
}

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor > 0n ? quotient + 1n : quotient;
}
