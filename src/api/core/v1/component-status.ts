import { field, keyedListOf, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const componentCondition = type("ComponentCondition", "Whether a component is healthy.", {
  type: field(1, string, "Name of the aspect, in CamelCase.").required(),
  status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
  message: field(3, string, "Why, in a sentence for people."),
  error: field(4, string, "Error code, if the check failed."),
});
export interface ComponentCondition extends TypeOf<typeof componentCondition> {}

export const componentStatus = kind(
  "ComponentStatus",
  "Health of a part of the control plane. Deprecated.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    conditions: field(
      2,
      keyedListOf(componentCondition, "type"),
      "Latest observations of single aspects of the state.",
    ).patchMerged("type"),
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
