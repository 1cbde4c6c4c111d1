import { atomicListOf, field, mapOf, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const fieldSelectorRequirement = type(
  "FieldSelectorRequirement",
  "A requirement on the value of one field.",
  {
    key: field(1, string, "Path of the field.").required(),
    operator: field(
      2,
      string,
      "How the field relates to the values: In, NotIn, Exists or DoesNotExist.",
    ).required(),
    values: field(3, atomicListOf(string), "The values; empty for Exists and DoesNotExist."),
  },
);
export interface FieldSelectorRequirement extends TypeOf<typeof fieldSelectorRequirement> {}

export const labelSelectorRequirement = type(
  "LabelSelectorRequirement",
  "A requirement on the value of one label.",
  {
    key: field(1, string, "Key of the label.").required(),
    operator: field(
      2,
      string,
      "How the label relates to the values: In, NotIn, Exists or DoesNotExist.",
    ).required(),
    values: field(
      3,
      atomicListOf(string),
      "The values; at least one for In and NotIn, none otherwise.",
    ),
  },
);
export interface LabelSelectorRequirement extends TypeOf<typeof labelSelectorRequirement> {}

export const labelSelector = type(
  "LabelSelector",
  "A query over labels. All its requirements must hold; an empty one selects everything.",
  {
    matchLabels: field(1, mapOf(string), "Labels that must be there with exactly these values."),
    matchExpressions: field(
      2,
      atomicListOf(labelSelectorRequirement),
      "Requirements on labels that equality cannot express.",
    ),
  },
  { mapType: "atomic" },
);
export interface LabelSelector extends TypeOf<typeof labelSelector> {}
