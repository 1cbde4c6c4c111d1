import type { DaemonSet, DaemonSetSpec } from "#api/apps/v1";
import { isEmptySelector, labelSelectorProblems } from "../labels.ts";
import {
  countOrPercentProblems,
  isNothing,
  negativeProblems,
  over100PercentProblems,
} from "../numbers.ts";
import { endlessProblems, templateProblems, unselectedProblems } from "../pod/template.ts";
import { invalidValue, notSupported, type Problems, required } from "../problems.ts";
import { selectorChangeProblems } from "./selector.ts";

type Strategy = NonNullable<DaemonSetSpec["updateStrategy"]>;

export function* daemonSetProblems({ spec }: DaemonSet): Problems {
  if (spec === undefined) return yield required("spec.selector");
  const { selector, template } = spec;
  if (selector === undefined) yield required("spec.selector");
  else {
    yield* labelSelectorProblems("spec.selector", selector);
    yield* unselectedProblems("spec.template", template, selector);
    if (isEmptySelector(selector)) {
      yield invalidValue("spec.selector", selector, "empty selector is invalid for daemonset");
    }
  }
  yield* templateProblems("spec.template", template);
  yield* endlessProblems("spec.template", template, "DaemonSet");
  yield* negativeProblems("spec.minReadySeconds", spec.minReadySeconds);
  yield* strategyProblems("spec.updateStrategy", spec.updateStrategy ?? {});
  yield* negativeProblems("spec.revisionHistoryLimit", spec.revisionHistoryLimit);
}

export function* daemonSetChangeProblems(object: DaemonSet, current: DaemonSet): Problems {
  yield* daemonSetProblems(object);
  yield* selectorChangeProblems(object.spec?.selector, current.spec?.selector);
}

function* strategyProblems(path: string, strategy: Strategy): Problems {
  const { type, rollingUpdate } = strategy;
  if (type === "OnDelete") return;
  if (type !== "RollingUpdate") {
    const internal = new Map<string, unknown>([
      ["Type", type ?? ""],
      ["RollingUpdate", rollingUpdate],
    ]);
    return yield notSupported(path, internal, ["RollingUpdate", "OnDelete"]);
  }
  if (rollingUpdate === undefined) return yield required(`${path}.rollingUpdate`);
  const at = `${path}.rollingUpdate`;
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  yield* countOrPercentProblems(`${at}.maxUnavailable`, maxUnavailable);
  yield* countOrPercentProblems(`${at}.maxSurge`, maxSurge);
  yield* over100PercentProblems(`${at}.maxUnavailable`, maxUnavailable);
  yield* over100PercentProblems(`${at}.maxSurge`, maxSurge);
  const isInPlace = isNothing(maxSurge);
  if (isNothing(maxUnavailable) && isInPlace) {
    yield required(`${at}.maxUnavailable`, "cannot be 0 when maxSurge is 0");
  } else if (!isNothing(maxUnavailable) && !isInPlace) {
    const why = "may not be set when maxUnavailable is non-zero";
    yield invalidValue(`${at}.maxSurge`, maxSurge, why);
  }
}
