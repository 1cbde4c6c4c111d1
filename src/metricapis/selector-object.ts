import type { CompiledLabelSelector, JsonObject, LabelOperator } from "#api";
import { compareText } from "#base";

/** The operators that are written as expressions. */
const expressionNames: Readonly<Partial<Record<LabelOperator, string>>> = {
  "!=": "NotIn",
  in: "In",
  notin: "NotIn",
  exists: "Exists",
  "!": "DoesNotExist",
};

/** A selector as objects carry it, null for one that selects everything. */
export function selectorObject({ requirements }: CompiledLabelSelector): JsonObject | null {
  if (requirements.length === 0) return null;
  const labels: Record<string, string> = {};
  const expressions: JsonObject[] = [];
  for (const { key, operator, values } of requirements) {
    const named = expressionNames[operator];
    if (named === undefined) {
      labels[key] = values[0] ?? "";
    } else {
      const sorted = [...values].sort(compareText);
      expressions.push({
        key,
        operator: named,
        ...(sorted.length === 0 ? {} : { values: sorted }),
      });
    }
  }
  return {
    ...(Object.keys(labels).length === 0 ? {} : { matchLabels: labels }),
    ...(expressions.length === 0 ? {} : { matchExpressions: expressions }),
  };
}
