/** Labels, and the selectors that find objects by them. */

import { labelKeyProblems, labelValueProblems } from "#api";
import type { LabelSelector } from "#api/meta/v1";
import { forbiddenField, invalidFor, invalidValue, type Problems, required } from "./problems.ts";

type Labels = Readonly<Record<string, string>>;
type Requirement = NonNullable<LabelSelector["matchExpressions"]>[number];

export function* labelsProblems(field: string, labels: Labels | undefined): Problems {
  for (const [key, value] of Object.entries(labels ?? {})) {
    yield* labelKeyFieldProblems(field, key);
    yield* invalidFor(field, value, labelValueProblems(value));
  }
}

export function* labelKeyFieldProblems(field: string, key: string): Problems {
  yield* invalidFor(field, key, labelKeyProblems(key));
}

export function* labelSelectorProblems(
  path: string,
  selector: LabelSelector | undefined,
): Problems {
  if (selector === undefined) return;
  yield* labelsProblems(`${path}.matchLabels`, selector.matchLabels);
  for (const [index, requirement] of (selector.matchExpressions ?? []).entries()) {
    yield* requirementProblems(`${path}.matchExpressions[${index}]`, requirement);
  }
}

/** Whether a selector requires nothing, which some kinds refuse. */
export function isEmptySelector({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0;
}

function* requirementProblems(path: string, { key, operator, values = [] }: Requirement): Problems {
  yield* operatorProblems(path, operator, values);
  yield* labelKeyFieldProblems(`${path}.key`, key);
  for (const [index, value] of values.entries()) {
    yield* invalidFor(`${path}.values[${index}]`, value, labelValueProblems(value));
  }
}

/** Operators and how many values each takes; nodes' selectors have two more. */
export function* operatorProblems(
  path: string,
  operator: string,
  values: readonly string[],
): Problems {
  switch (operator) {
    case "In":
    case "NotIn":
      if (values.length > 0) return;
      yield required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
      return;
    case "Exists":
    case "DoesNotExist":
      if (values.length === 0) return;
      yield forbiddenField(
        `${path}.values`,
        "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      );
      return;
    default:
      yield invalidValue(`${path}.operator`, operator, "not a valid selector operator");
  }
}
