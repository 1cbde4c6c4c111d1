import { boolean, field, int32, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const priorityClass = kind(
  "PriorityClass",
  "",
  {
    metadata: field(1, objectMeta, ""),
    value: field(2, int32, "").always(),
    globalDefault: field(3, boolean, ""),
    description: field(4, string, ""),
    preemptionPolicy: field(5, string, "").pointer(),
  },
  {
    name: "priorityclasses",
    singular: "priorityclass",
    namespaced: false,
    verbs: standardVerbs,
    shortNames: ["pc"],
  },
);
export interface PriorityClass extends TypeOf<typeof priorityClass> {}
