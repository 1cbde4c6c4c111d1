/** Workloads that only count pods: ReplicaSet and its elder, ReplicationController. */

import type { ReplicaSet } from "#api/apps/v1";
import type { ReplicationController } from "#api/core/v1";
import { negativeProblems } from "../numbers.ts";
import { endlessProblems, templateProblems, unselectedProblems } from "../pod/template.ts";
import { type Problems, required } from "../problems.ts";
import { selectorChangeProblems, selectorProblems } from "./selector.ts";

export function* replicaSetProblems({ spec }: ReplicaSet): Problems {
  if (spec === undefined) return yield required("spec.selector");
  const { template = {} } = spec;
  yield* negativeProblems("spec.replicas", spec.replicas);
  yield* negativeProblems("spec.minReadySeconds", spec.minReadySeconds);
  // Upstream's text says deployment here, too.
  yield* selectorProblems("spec", { selector: spec.selector, template }, "deployment");
  yield* templateProblems("spec.template", template);
  yield* endlessProblems("spec.template", template, "ReplicaSet");
}

export function* replicaSetChangeProblems(object: ReplicaSet, current: ReplicaSet): Problems {
  yield* replicaSetProblems(object);
  yield* selectorChangeProblems(object.spec?.selector, current.spec?.selector);
}

export function* replicationControllerProblems({ spec = {} }: ReplicationController): Problems {
  const { selector = {}, template } = spec;
  yield* negativeProblems("spec.minReadySeconds", spec.minReadySeconds);
  if (Object.keys(selector).length === 0) yield required("spec.selector");
  yield* negativeProblems("spec.replicas", spec.replicas);
  if (template === undefined) return yield required("spec.template");
  yield* unselectedProblems("spec.template", template, { matchLabels: selector });
  yield* templateProblems("spec.template", template);
  yield* endlessProblems("spec.template", template, "ReplicationController");
}
