import type { FunctionDefinition } from "../function-definition.ts";
import { absent, absentOverTime } from "./absent.ts";
import { changes, resets } from "./changes.ts";
import { clamp, clampMax, clampMin } from "./clamp.ts";
import { countOverTime, presentOverTime } from "./count-over-time.ts";
import { dateFunctions } from "./date.ts";
import {
  firstOverTime,
  lastOverTime,
  tsOfFirstOverTime,
  tsOfLastOverTime,
} from "./ends-over-time.ts";
import { maxOverTime, minOverTime, tsOfMaxOverTime, tsOfMinOverTime } from "./extreme-over-time.ts";
import { histogramFraction, histogramQuantile, histogramQuantiles } from "./histogram-quantile.ts";
import { histogramValueFunctions } from "./histogram-values.ts";
import { idelta, irate } from "./instant-rate.ts";
import { labelJoin, labelReplace } from "./label-change.ts";
import { mathFunctions } from "./math.ts";
import { delta, increase, rate } from "./rate.ts";
import { round } from "./round.ts";
import { maxOf, minOf, pi, scalar, time } from "./scalars.ts";
import { sort, sortByLabel, sortByLabelDesc, sortDesc } from "./sort.ts";
import {
  madOverTime,
  quantileOverTime,
  stddevOverTime,
  stdvarOverTime,
} from "./spread-over-time.ts";
import { avgOverTime, sumOverTime } from "./sum-over-time.ts";
import { targetLabels } from "./target-labels.ts";
import { startTimestamp, timestamp } from "./timestamp.ts";
import { deriv, doubleExponentialSmoothing, predictLinear } from "./trend.ts";
import { vector } from "./vector.ts";

/** All functions but `start()`, `end()`, `range()` and `step()`, which are numbers of the query. */
const definitions: readonly FunctionDefinition[] = [
  ...dateFunctions,
  ...histogramValueFunctions,
  ...mathFunctions,
  absent,
  absentOverTime,
  avgOverTime,
  changes,
  clamp,
  clampMax,
  clampMin,
  countOverTime,
  delta,
  deriv,
  doubleExponentialSmoothing,
  firstOverTime,
  histogramFraction,
  histogramQuantile,
  histogramQuantiles,
  idelta,
  increase,
  irate,
  labelJoin,
  labelReplace,
  lastOverTime,
  madOverTime,
  maxOf,
  maxOverTime,
  minOf,
  minOverTime,
  pi,
  predictLinear,
  presentOverTime,
  quantileOverTime,
  rate,
  resets,
  round,
  scalar,
  sort,
  sortByLabel,
  sortByLabelDesc,
  sortDesc,
  startTimestamp,
  stddevOverTime,
  stdvarOverTime,
  sumOverTime,
  targetLabels,
  time,
  timestamp,
  tsOfFirstOverTime,
  tsOfLastOverTime,
  tsOfMaxOverTime,
  tsOfMinOverTime,
  vector,
];

const byName: ReadonlyMap<string, FunctionDefinition> = new Map(
  definitions.map((definition) => [definition.name, definition]),
);

/** The definition of a function that the parser has let through. */
export function getFunction(name: string): FunctionDefinition {
  const definition = byName.get(name);
  if (definition === undefined) throw new TypeError(`no function is called ${name}`);
  return definition;
}

export function isScalarFunction(name: string): boolean {
  return byName.get(name)?.kind === "scalar";
}
