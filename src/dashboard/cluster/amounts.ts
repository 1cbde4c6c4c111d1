/** Usage beside requests and limits, in words and as places on a bar. */
import type { Amounts, Used } from "./wire.ts";

export type FormatAmount = (amount: number) => string;

/** Processor time as `kubectl top` has it: `250m`; from ten cores on in cores. */
export function formatCores(cores: number): string {
  if (cores >= 10) return `${Number(cores.toFixed(1))} cores`;
  return `${Math.ceil(Number((cores * 1_000).toFixed(6)))}m`;
}

const byteUnits: readonly (readonly [string, number])[] = [
  ["Ti", 2 ** 40],
  ["Gi", 2 ** 30],
  ["Mi", 2 ** 20],
  ["Ki", 2 ** 10],
];

/** Bytes in the largest unit of which there is one: `1.5Gi`. */
export function formatBytes(bytes: number): string {
  const [unit, size] = byteUnits.find(([, least]) => bytes >= least) ?? ["", 1];
  const amount = bytes / size;
  return `${Number(amount.toFixed(amount < 10 ? 1 : 0))}${unit}`;
}

/** `12m used, 50m requested, at most 500m`. */
export function amountsText(amounts: Amounts, format: FormatAmount): string {
  const { usage, request, limit, capacity } = amounts;
  const share = capacity === null || usage === null ? "" : ` of ${format(capacity)}`;
  const used = usage === null ? "usage unknown" : `${format(usage)}${share} used`;
  const requested = request === null ? "nothing requested" : `${format(request)} requested`;
  if (capacity !== null) return `${used}, ${requested}, limits ${format(limit ?? 0)}`;
  return `${used}, ${requested}, ${limit === null ? "no limit" : `at most ${format(limit)}`}`;
}

export interface Bar {
  /** Percent of the bar. */
  readonly used: number;
  readonly state: "within" | "over request" | "near limit" | "unbounded";
  /** Where request and limit are, in percent; undefined where there is none or it lies outside. */
  readonly request: number | undefined;
  readonly limit: number | undefined;
}

/** From this share of the limit on, a container is soon throttled or killed. */
const nearLimit = 0.9;

/** The bar ends at what there is, or else at the largest of the three. */
export function barOf(amounts: Amounts): Bar {
  const { usage, request, limit, capacity } = amounts;
  const end = capacity ?? Math.max(usage ?? 0, request ?? 0, limit ?? 0);
  const place = (amount: number | null) => {
    if (amount === null || amount === 0 || amount > end) return undefined;
    return (amount / end) * 100;
  };
  return {
    used: place(Math.min(usage ?? 0, end)) ?? 0,
    state: stateOf(amounts),
    request: place(request),
    limit: place(limit),
  };
}

function stateOf({ usage, request, limit, capacity }: Amounts): Bar["state"] {
  const used = usage ?? 0;
  const bound = capacity ?? limit;
  // A full bar that is a share of nothing must not look like one that is at its end.
  if (bound === null && request === null) return "unbounded";
  if (bound !== null && used >= bound * nearLimit && used > 0) return "near limit";
  return request !== null && used > request && capacity === null ? "over request" : "within";
}

export const orders = ["CPU", "memory", "name"] as const;
export type Order = (typeof orders)[number];

/** By usage, the most first and the unknown last; or by name. */
export function sortedBy<T extends Used>(
  rows: readonly T[],
  order: Order,
  nameOf: (row: T) => string,
): readonly T[] {
  const byName = (left: T, right: T) => (nameOf(left) < nameOf(right) ? -1 : 1);
  if (order === "name") return rows.toSorted(byName);
  const usageOf = ({ cpu, memory }: T) => (order === "CPU" ? cpu : memory).usage ?? -1;
  return rows.toSorted((left, right) => usageOf(right) - usageOf(left) || byName(left, right));
}
