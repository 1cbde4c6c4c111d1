import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { objectReference } from "./reference.ts";
import { kind } from "./package.ts";

export const binding = kind(
  "Binding",
  "Puts a pod on a node.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    target: field(2, objectReference, "The node.").required(),
  },
  { name: "bindings", singular: "binding", namespaced: true, verbs: ["create"] },
);
export interface Binding extends TypeOf<typeof binding> {}
