import type { Node } from "#api/core/v1";
import { addressBlockProblems } from "../paths.ts";
import { taintsProblems } from "../pod/placement.ts";
import { forbiddenField, invalidValue, type Problems } from "../problems.ts";

export function* nodeProblems({ spec = {} }: Node): Problems {
  yield* taintsProblems("spec.taints", spec.taints ?? []);
  for (const [index, range] of (spec.podCIDRs ?? []).entries()) {
    yield* addressBlockProblems(`spec.podCIDRs[${index}]`, range);
  }
}

/** Addresses and the machine are given to a node once. */
export function* nodeChangeProblems(object: Node, current: Node): Problems {
  yield* nodeProblems(object);
  const [after, before] = [object.spec ?? {}, current.spec ?? {}];
  const [ranges, rangesBefore] = [after.podCIDRs ?? [], before.podCIDRs ?? []];
  if (rangesBefore.length > 0 && ranges.join() !== rangesBefore.join()) {
    const why = 'node updates may not change podCIDR except from "" to valid';
    yield forbiddenField("spec.podCIDRs", why);
  }
  const { providerID = "" } = before;
  if (providerID !== "" && after.providerID !== providerID) {
    const why = 'node updates may not change providerID except from "" to valid';
    yield forbiddenField("spec.providerID", why);
  }
  for (const [name, amount] of Object.entries(object.status?.capacity ?? {})) {
    if (amount.startsWith("-")) {
      const why = "must be greater than or equal to 0";
      yield invalidValue(`status.capacity[${name}]`, amount, why);
    }
  }
}
