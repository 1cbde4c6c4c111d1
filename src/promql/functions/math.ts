import { defineValueFunction, type ValueFunction } from "../function-definition.ts";

/** Functions that make another number of each, by name. */
const operations: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: (value) => (Math.abs(value) > halfExpFrom ? halfExp(Math.abs(value)) : Math.cosh(value)),
  deg: (value) => (value * 180) / Math.PI,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  rad: (value) => (value * Math.PI) / 180,
  // Of zero and NaN the sign is the value itself, as of JavaScript's.
  sgn: Math.sign,
  sin: Math.sin,
  sinh: (value) =>
    Math.abs(value) > halfExpFrom ? Math.sign(value) * halfExp(Math.abs(value)) : Math.sinh(value),
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

/** `abs(v)`, `ceil(v)`, … `tanh(v)`. */
export const mathFunctions: readonly ValueFunction[] = Object.entries(operations).map(
  ([name, apply]) => defineValueFunction({ name, apply }),
);

/** Upstream takes half of e^x where e^-x is lost beside it, and overflows where e^x does. */
const halfExpFrom = 21;

function halfExp(value: number): number {
  return Math.exp(value) * 0.5;
}
