import { boolean, field, int32, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const priorityClass = kind(
  "PriorityClass",
  "A name for the importance of pods.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    value: field(2, int32, "The importance; higher goes first.").always(),
    globalDefault: field(3, boolean, "Whether pods without a class get this one."),
    description: field(4, string, "When to use the class."),
    preemptionPolicy: field(5, string, "PreemptLowerPriority (the default), or Never.").pointer(),
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
