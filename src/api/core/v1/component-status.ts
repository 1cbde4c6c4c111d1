import { field, keyedListOf, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const componentCondition = type("ComponentCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  message: field(3, string, ""),
  error: field(4, string, ""),
});
export interface ComponentCondition extends TypeOf<typeof componentCondition> {}

export const componentStatus = kind(
  "ComponentStatus",
  "",
  {
    metadata: field(1, objectMeta, ""),
    conditions: field(2, keyedListOf(componentCondition, "type"), "").patchMerged("type"),
  },
  {
    name: "componentstatuses",
    singular: "componentstatus",
    namespaced: false,
    verbs: ["get", "list"],
    shortNames: ["cs"],
  },
);
export interface ComponentStatus extends TypeOf<typeof componentStatus> {}
