import type { Deployment, DeploymentSpec } from "#api/apps/v1";
import {
  countOrPercentProblems,
  isNothing,
  negativeProblems,
  over100PercentProblems,
} from "../numbers.ts";
import { endlessProblems, templateProblems } from "../pod/template.ts";
import {
  forbiddenField,
  invalidValue,
  notSupported,
  type Problems,
  required,
} from "../problems.ts";
import { selectorChangeProblems, selectorProblems } from "./selector.ts";

type Strategy = NonNullable<DeploymentSpec["strategy"]>;

export function* deploymentProblems({ spec }: Deployment): Problems {
  if (spec === undefined) return yield required("spec.selector");
  yield* negativeProblems("spec.replicas", spec.replicas);
  yield* selectorProblems("spec", spec, "deployment");
  yield* templateProblems("spec.template", spec.template);
  yield* endlessProblems("spec.template", spec.template, "ReplicaSet");
  yield* strategyProblems("spec.strategy", spec.strategy ?? {});
  const { minReadySeconds = 0, progressDeadlineSeconds } = spec;
  yield* negativeProblems("spec.minReadySeconds", minReadySeconds);
  yield* negativeProblems("spec.revisionHistoryLimit", spec.revisionHistoryLimit);
  yield* negativeProblems("spec.progressDeadlineSeconds", progressDeadlineSeconds);
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds) {
    const why = "must be greater than minReadySeconds";
    yield invalidValue("spec.progressDeadlineSeconds", progressDeadlineSeconds, why);
  }
}

export function* deploymentChangeProblems(object: Deployment, current: Deployment): Problems {
  yield* deploymentProblems(object);
  yield* selectorChangeProblems(object.spec?.selector, current.spec?.selector);
}

function* strategyProblems(path: string, strategy: Strategy): Problems {
  const { type, rollingUpdate } = strategy;
  if (type === "Recreate") {
    if (rollingUpdate === undefined) return;
    const why = "may not be specified when strategy `type` is 'Recreate'";
    yield forbiddenField(`${path}.rollingUpdate`, why);
  } else if (type === "RollingUpdate") {
    yield* rollingProblems(`${path}.rollingUpdate`, rollingUpdate ?? {});
  } else {
    const internal = new Map<string, unknown>([
      ["Type", type ?? ""],
      ["RollingUpdate", rollingUpdate],
    ]);
    yield notSupported(path, internal, ["Recreate", "RollingUpdate"]);
  }
}

function* rollingProblems(
  path: string,
  { maxUnavailable = 0, maxSurge = 0 }: NonNullable<Strategy["rollingUpdate"]>,
): Problems {
  yield* countOrPercentProblems(`${path}.maxUnavailable`, maxUnavailable);
  yield* countOrPercentProblems(`${path}.maxSurge`, maxSurge);
  if (isNothing(maxUnavailable) && isNothing(maxSurge)) {
    const why = "may not be 0 when `maxSurge` is 0";
    yield invalidValue(`${path}.maxUnavailable`, maxUnavailable, why);
  }
  yield* over100PercentProblems(`${path}.maxUnavailable`, maxUnavailable);
}
