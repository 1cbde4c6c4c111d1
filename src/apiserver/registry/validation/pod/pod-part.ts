/** Changes of one part of a running pod: containers for debugging, and resources. */

import { asJsonObject, isSemanticallyEqual } from "#api";
import { ephemeralContainer, type Pod, type ResourceRequirements } from "#api/core/v1";
import type { UpdateTarget } from "../../behavior.ts";
import { forbiddenField, type Problems } from "../problems.ts";
import { podProblems } from "./pod.ts";

export function* podPartChangeProblems(pod: Pod, current: Pod, target: UpdateTarget): Problems {
  if (target === "ephemeralcontainers") yield* debuggingChangeProblems(pod, current);
  if (target === "resize") yield* resizeProblems(pod, current);
}

/** Containers for debugging come, and stay as they came. */
function* debuggingChangeProblems(pod: Pod, current: Pod): Problems {
  yield* podProblems(pod);
  const field = "spec.ephemeralContainers";
  const containers = new Map(
    (pod.spec?.ephemeralContainers ?? []).map((container) => [container.name, container]),
  );
  for (const before of current.spec?.ephemeralContainers ?? []) {
    const after = containers.get(before.name);
    const who = `existing ephemeral containers ${JSON.stringify(before.name)}`;
    if (after === undefined) yield forbiddenField(field, `${who} may not be removed\n`);
    else if (!isSemanticallyEqual(ephemeralContainer, asJsonObject(after), asJsonObject(before))) {
      yield forbiddenField(field, `${who} may not be changed\n`);
    }
  }
}

const resizable: ReadonlySet<string> = new Set(["cpu", "memory"]);

/** Only processor and memory can change while containers run. */
function* resizeProblems(pod: Pod, current: Pod): Problems {
  yield* podProblems(pod);
  const before = new Map(
    (current.spec?.containers ?? []).map(({ name, resources }) => [name, resources]),
  );
  for (const [index, { name, resources = {} }] of (pod.spec?.containers ?? []).entries()) {
    const path = `spec.containers[${index}].resources`;
    const held = before.get(name) ?? {};
    for (const list of ["requests", "limits"] as const) {
      yield* removedProblems(path, list, [resources[list] ?? {}, held[list] ?? {}]);
    }
    if (fixedPartOf(resources) !== fixedPartOf(held)) {
      yield forbiddenField("spec", "only cpu and memory resources are mutable");
    }
  }
}

type Amounts = NonNullable<ResourceRequirements["requests"]>;

function* removedProblems(
  path: string,
  list: "requests" | "limits",
  [after, before]: readonly [Amounts, Amounts],
): Problems {
  if (Object.keys(before).every((name) => after[name] !== undefined)) return;
  yield forbiddenField(`${path}.${list}`, `resource ${list} cannot be removed`);
}

function fixedPartOf({ requests = {}, limits = {} }: ResourceRequirements): string {
  const fixed = [requests, limits].map((list) =>
    Object.entries(list)
      .filter(([name]) => !resizable.has(name))
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  return JSON.stringify(fixed);
}
