import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { objectReference } from "./reference.ts";
import { kind } from "./package.ts";

export const binding = kind(
  "Binding",
  "",
  {
    metadata: field(1, objectMeta, ""),
    target: field(2, objectReference, "").required(),
  },
  { name: "bindings", singular: "binding", namespaced: true, verbs: ["create"] },
);
export interface Binding extends TypeOf<typeof binding> {}
