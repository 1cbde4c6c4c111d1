/** The forms of text that cells of several kinds share. */

import { compareText } from "#base";
import { compileLabelSelector, formatLabelSelector, type Labels, ValueError } from "#api";
import type { LabelSelector } from "#api/meta/v1";

/** `a=1,b=2`, sorted by key; `<none>` for no labels. */
export function labelsText(labels: Labels | undefined): string {
  const sorted = Object.entries(labels ?? {}).sort(([a], [b]) => compareText(a, b));
  return orNone(sorted.map(([key, value]) => `${key}=${value}`).join(","));
}

/** The selector as clients write it; `<none>` when it is absent or selects everything. */
export function selectorText(selector: LabelSelector | undefined): string {
  try {
    return orNone(formatLabelSelector(compileLabelSelector(selector)));
  } catch (error) {
    // One broken object must not keep the others from being shown.
    if (error instanceof ValueError) return "<error>";
    throw error;
  }
}

/** `text`, or `<none>` when it is empty or absent. */
export function orNone(text: string | undefined): string {
  return text === undefined || text === "" ? "<none>" : text;
}

/** `text`, or `<unset>` when it is absent. */
export function orUnset(text: string | undefined): string {
  return text ?? "<unset>";
}

/** The first of `items` and how many more there are: `a,b,c + 2 more...`. */
export function firstOf(items: readonly string[], countMax: number, separator: string): string {
  const shown = items.slice(0, countMax).join(separator);
  const rest = items.length - countMax;
  return rest > 0 ? `${shown} + ${rest} more...` : shown;
}

interface ContainerImage {
  readonly name: string;
  readonly image?: string | undefined;
}

export function containerNames(containers: readonly ContainerImage[] | undefined): string {
  return (containers ?? []).map(({ name }) => name).join(",");
}

export function containerImages(containers: readonly ContainerImage[] | undefined): string {
  return (containers ?? []).map(({ image }) => image ?? "").join(",");
}

/** What a condition of an object says; undefined when it is not there. */
export function conditionStatus(
  conditions:
    | readonly { readonly type?: string | undefined; readonly status?: string | undefined }[]
    | undefined,
  type: string,
): string | undefined {
  return conditions?.find((condition) => condition.type === type)?.status;
}
