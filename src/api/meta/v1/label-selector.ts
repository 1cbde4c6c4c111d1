import { atomicListOf, field, mapOf, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const fieldSelectorRequirement = type("FieldSelectorRequirement", "", {
  key: field(1, string, "").required(),
  operator: field(2, string, "").required(),
  values: field(3, atomicListOf(string), ""),
});
export interface FieldSelectorRequirement extends TypeOf<typeof fieldSelectorRequirement> {}

export const labelSelectorRequirement = type("LabelSelectorRequirement", "", {
  key: field(1, string, "").required(),
  operator: field(2, string, "").required(),
  values: field(3, atomicListOf(string), ""),
});
export interface LabelSelectorRequirement extends TypeOf<typeof labelSelectorRequirement> {}

export const labelSelector = type(
  "LabelSelector",
  "",
  {
    matchLabels: field(1, mapOf(string), ""),
    matchExpressions: field(2, atomicListOf(labelSelectorRequirement), ""),
  },
  { mapType: "atomic" },
);
export interface LabelSelector extends TypeOf<typeof labelSelector> {}
