/** Changes of one part of a running pod: containers for debugging, and resources. */

import { asJsonObject, isSemanticallyEqual } from "#api";
import { ephemeralContainer, type Pod } from "#api/core/v1";
import type { UpdateTarget } from "../../behavior.ts";
import { forbiddenField, type Problems } from "../problems.ts";
import { podProblems } from "./pod.ts";
import { podResizeProblems } from "./resize.ts";

export function* podPartChangeProblems(pod: Pod, current: Pod, target: UpdateTarget): Problems {
  if (target === "ephemeralcontainers") yield* debuggingChangeProblems(pod, current);
  if (target === "resize") yield* podResizeProblems(pod, current);
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
