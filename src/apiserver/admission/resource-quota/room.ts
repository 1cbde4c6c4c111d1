/** Whether a quota has room for more, in upstream's words. */

import {
  addUsage,
  compareQuantities,
  formatQuantity,
  formatUsage,
  maskUsage,
  parseUsage,
  subtractUsage,
  unspecifiedAmounts,
  type Usage,
} from "#api";
import type { Pod, ResourceQuota } from "#api/core/v1";

export type RoomVerdict =
  /** The quota bounds nothing of what is added. */
  | { readonly kind: "free" }
  /** There is room; `used` is to be written. */
  | { readonly kind: "booked"; readonly used: Readonly<Record<string, string>> }
  | { readonly kind: "refused"; readonly message: string };

/** What a pod leaves unsaid that the quota counts; empty when nothing. */
export function amountsNotStated({ status }: ResourceQuota, object: Pod): string {
  return unspecifiedAmounts(object, Object.keys(status?.hard ?? {}));
}

export function judgeRoom({ metadata, status }: ResourceQuota, added: Usage): RoomVerdict {
  const name = metadata?.name ?? "";
  const requested = maskUsage(added, Object.keys(status?.hard ?? {}));
  if (requested.size === 0) return { kind: "free" };
  const hard = parseUsage(status?.hard);
  const used = parseUsage(status?.used);
  const unknown = [...requested.keys()].filter((resource) => !used.has(resource)).sort();
  if (unknown.length > 0) {
    const resources = unknown.join(",");
    return refusal(`status unknown for quota: ${name}, resources: ${resources}`);
  }
  const sum = addUsage(used, requested);
  const exceeded = [...requested.keys()].filter((resource) => {
    const bound = hard.get(resource);
    const wanted = sum.get(resource);
    return bound !== undefined && wanted !== undefined && compareQuantities(wanted, bound) > 0;
  });
  if (exceeded.length === 0) return { kind: "booked", used: formatUsage(sum) };
  const [asked, had, limited] = [requested, used, hard].map((usage) =>
    listOf(maskUsage(usage, exceeded)),
  );
  return refusal(`exceeded quota: ${name}, requested: ${asked}, used: ${had}, limited: ${limited}`);
}

/** What is used when something that was booked did not come. */
export function bookedOut(
  { status }: ResourceQuota,
  added: Usage,
): Readonly<Record<string, string>> {
  const used = parseUsage(status?.used);
  const less = subtractUsage(used, added);
  // What comes to nothing is still told of.
  const zeros = [...used.keys()].filter((name) => !less.has(name)).map((name) => [name, "0"]);
  return { ...formatUsage(less), ...Object.fromEntries(zeros) };
}

function refusal(message: string): RoomVerdict {
  return { kind: "refused", message };
}

function listOf(usage: Usage): string {
  const words = Array.from(usage, ([name, amount]) => `${name}=${formatQuantity(amount)}`);
  return words.sort().join(",");
}
