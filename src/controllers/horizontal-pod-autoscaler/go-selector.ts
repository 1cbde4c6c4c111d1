import type { LabelSelector } from "#api/meta/v1";
import { compareText } from "#base";

/** A selector as Go prints one, which upstream's messages show. */
export function formatGoSelector(selector: LabelSelector | undefined): string {
  if (selector === undefined) return "nil";
  const labels = Object.entries(selector.matchLabels ?? {})
    .sort(([left], [right]) => compareText(left, right))
    .map(([key, value]) => `${key}: ${value},`)
    .join("");
  const expressions = (selector.matchExpressions ?? [])
    .map(({ key, operator, values = [] }) => {
      const shown = `Key:${key},Operator:${operator},Values:[${values.join(" ")}],`;
      return `LabelSelectorRequirement{${shown}},`;
    })
    .join("");
  const lists = `MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},`;
  return `&LabelSelector{${lists}}`;
}
