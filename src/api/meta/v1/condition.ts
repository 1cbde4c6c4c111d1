import { field, int64, string, time, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const condition = type("Condition", "One aspect of an object's state, at one moment.", {
  type: field(1, string, "Name of the aspect, in CamelCase.").required(),
  status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
  observedGeneration: field(
    3,
    int64,
    "Generation of the object's spec that the condition is about.",
  ),
  lastTransitionTime: field(4, time, "When the status last changed.").required(),
  reason: field(5, string, "Why, as one CamelCase word for programs.").required(),
  message: field(6, string, "Why, in a sentence for people.").required(),
});
export interface Condition extends TypeOf<typeof condition> {}
