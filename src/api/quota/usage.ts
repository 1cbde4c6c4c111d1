/** Amounts by resource, as quotas add them up. */

import {
  addQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  subtractQuantities,
  zeroQuantity,
} from "../quantity.ts";

/** By the names that quotas use: `requests.cpu`, `count/deployments.apps`. */
export type Usage = ReadonlyMap<string, Quantity>;

export function addUsage(left: Usage, right: Usage): Usage {
  const sum = new Map(left);
  for (const [name, amount] of right) {
    sum.set(name, addQuantities(sum.get(name) ?? zeroQuantity, amount));
  }
  return sum;
}

/** What is more on the left, without what is not. */
export function subtractUsage(left: Usage, right: Usage): Usage {
  const rest = new Map<string, Quantity>();
  for (const [name, amount] of left) {
    const difference = subtractQuantities(amount, right.get(name) ?? zeroQuantity);
    if (difference.nanos > 0n) rest.set(name, difference);
  }
  return rest;
}

/** What concerns the given names only. */
export function maskUsage(usage: Usage, names: Iterable<string>): Usage {
  const wanted = new Set(names);
  return new Map([...usage].filter(([name]) => wanted.has(name)));
}

/** From and to the form of the API; that of a quota's own fields, which were decoded already. */
export function parseUsage(list: Readonly<Record<string, string>> | undefined): Usage {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}

export function formatUsage(usage: Usage): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from(usage, ([name, amount]) => [name, formatQuantity(amount)]));
}
