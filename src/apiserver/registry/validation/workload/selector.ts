/** The selector of a workload, which must select what its template makes. */

import type { PodTemplateSpec } from "#api/core/v1";
import { type LabelSelector, labelSelector } from "#api/meta/v1";
import { immutableProblems } from "../immutable.ts";
import { isEmptySelector, labelSelectorProblems } from "../labels.ts";
import { unselectedProblems } from "../pod/template.ts";
import { invalidValue, type Problems, required } from "../problems.ts";

interface Selecting {
  readonly selector?: LabelSelector | undefined;
  readonly template: PodTemplateSpec;
}

/** `kind` is how upstream's text calls the workload: `deployment`. */
export function* selectorProblems(
  path: string,
  { selector, template }: Selecting,
  kind: string,
): Problems {
  if (selector === undefined) return yield required(`${path}.selector`);
  yield* labelSelectorProblems(`${path}.selector`, selector);
  if (isEmptySelector(selector)) {
    yield invalidValue(`${path}.selector`, selector, `empty selector is invalid for ${kind}`);
  } else yield* unselectedProblems(`${path}.template`, template, selector);
}

export function* selectorChangeProblems(
  after: LabelSelector | undefined,
  before: LabelSelector | undefined,
): Problems {
  yield* immutableProblems("spec.selector", labelSelector, { after, before });
}
