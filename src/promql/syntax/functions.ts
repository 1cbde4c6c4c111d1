import type { ValueType } from "./ast.ts";

/** What a function takes and gives. */
export interface FunctionSignature {
  readonly name: string;
  readonly argTypes: readonly ValueType[];
  /**
   * 0: exactly the arguments of `argTypes`. Otherwise the last of these is optional and may be
   * repeated: up to so many times, or without limit when it is -1.
   */
  readonly variadic: number;
  readonly returnType: ValueType;
  /** Refused unless `ParserOptions.experimentalFunctions` is set. */
  readonly isExperimental: boolean;
}

/** Functions of one instant vector that give one. */
const vectorFunctions: readonly string[] = [
  "abs",
  "absent",
  "acos",
  "acosh",
  "asin",
  "asinh",
  "atan",
  "atanh",
  "ceil",
  "cos",
  "cosh",
  "deg",
  "exp",
  "floor",
  "histogram_avg",
  "histogram_count",
  "histogram_stddev",
  "histogram_stdvar",
  "histogram_sum",
  "ln",
  "log10",
  "log2",
  "rad",
  "sgn",
  "sin",
  "sinh",
  "sort",
  "sort_desc",
  "sqrt",
  "tan",
  "tanh",
  "timestamp",
];

/** Functions of one range vector. */
const rangeFunctions: readonly string[] = [
  "absent_over_time",
  "avg_over_time",
  "changes",
  "count_over_time",
  "delta",
  "deriv",
  "first_over_time",
  "idelta",
  "increase",
  "irate",
  "last_over_time",
  "max_over_time",
  "min_over_time",
  "present_over_time",
  "rate",
  "resets",
  "stddev_over_time",
  "stdvar_over_time",
  "sum_over_time",
];

const experimentalRangeFunctions: readonly string[] = [
  "mad_over_time",
  "ts_of_first_over_time",
  "ts_of_last_over_time",
  "ts_of_max_over_time",
  "ts_of_min_over_time",
];

/** Parts of dates: of the vector's values, or of the evaluation time. */
const dateFunctions: readonly string[] = [
  "day_of_month",
  "day_of_week",
  "day_of_year",
  "days_in_month",
  "hour",
  "minute",
  "month",
  "year",
];

/** Every function of the language by its name. */
export const functions: ReadonlyMap<string, FunctionSignature> = byName([
  ...vectorFunctions.map((name) => stable(name, ["vector"], "vector")),
  ...rangeFunctions.map((name) => stable(name, ["matrix"], "vector")),
  ...dateFunctions.map((name) => stable(name, ["vector"], "vector", 1)),
  stable("clamp", ["vector", "scalar", "scalar"], "vector"),
  stable("clamp_max", ["vector", "scalar"], "vector"),
  stable("clamp_min", ["vector", "scalar"], "vector"),
  stable("histogram_fraction", ["scalar", "scalar", "vector"], "vector"),
  stable("histogram_quantile", ["scalar", "vector"], "vector"),
  stable("label_join", ["vector", "string", "string", "string"], "vector", -1),
  stable("label_replace", ["vector", "string", "string", "string", "string"], "vector"),
  stable("pi", [], "scalar"),
  stable("predict_linear", ["matrix", "scalar"], "vector"),
  stable("quantile_over_time", ["scalar", "matrix"], "vector"),
  stable("round", ["vector", "scalar"], "vector", 1),
  stable("scalar", ["vector"], "scalar"),
  stable("time", [], "scalar"),
  stable("vector", ["scalar"], "vector"),
  ...experimentalRangeFunctions.map((name) => experimental(name, ["matrix"], "vector")),
  experimental("double_exponential_smoothing", ["matrix", "scalar", "scalar"], "vector"),
  experimental("end", [], "scalar"),
  experimental("histogram_quantiles", ["vector", "string", "scalar", "scalar"], "vector", 9),
  experimental("info", ["vector", "vector"], "vector", 1),
  experimental("max_of", ["scalar", "scalar"], "scalar"),
  experimental("min_of", ["scalar", "scalar"], "scalar"),
  experimental("range", [], "scalar"),
  experimental("sort_by_label", ["vector", "string"], "vector", -1),
  experimental("sort_by_label_desc", ["vector", "string"], "vector", -1),
  experimental("start", [], "scalar"),
  experimental("start_timestamp", ["vector"], "vector"),
  experimental("step", [], "scalar"),
]);

function stable(
  name: string,
  argTypes: readonly ValueType[],
  returnType: ValueType,
  variadic = 0,
): FunctionSignature {
  return { name, argTypes, variadic, returnType, isExperimental: false };
}

function experimental(
  name: string,
  argTypes: readonly ValueType[],
  returnType: ValueType,
  variadic = 0,
): FunctionSignature {
  return { name, argTypes, variadic, returnType, isExperimental: true };
}

function byName(signatures: readonly FunctionSignature[]): ReadonlyMap<string, FunctionSignature> {
  return new Map(signatures.map((signature) => [signature.name, signature]));
}
