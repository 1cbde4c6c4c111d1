/** What objects' conditions say, and whether a status has to be written for it. */
import type { Condition } from "#api/meta/v1";

/** A condition without the moments that only its history knows. */
export interface WantedCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  /** One word, in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** What became of an object, as far as all kinds know it. */
export interface Acceptance {
  /** Why it cannot be in force as it is; undefined: it is. */
  readonly problem: string | undefined;
  /** With a problem: whether what it said before is in force still. */
  readonly isOldInForce: boolean;
}

export function acceptedCondition({ problem, isOldInForce }: Acceptance): WantedCondition {
  if (problem === undefined) {
    return { type: "Accepted", status: "True", reason: "InForce", message: "" };
  }
  const rest = isOldInForce ? "; what it said before stays in force" : "";
  return {
    type: "Accepted",
    status: "False",
    reason: isOldInForce ? "InvalidOldInForce" : "Invalid",
    message: `${problem}${rest}`,
  };
}

/** The conditions as they are to be; `now` is when those changed whose status is another one. */
export function conditionsAfter(
  before: readonly Condition[] | undefined,
  wanted: readonly WantedCondition[],
  { generation, now }: { readonly generation: number; readonly now: string },
): readonly Condition[] {
  return wanted.map((one) => {
    const old = before?.find(({ type }) => type === one.type);
    const lastTransitionTime = old?.status === one.status ? old.lastTransitionTime : now;
    return { ...one, observedGeneration: generation, lastTransitionTime };
  });
}
