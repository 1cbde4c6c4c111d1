import { field, int64, string, time, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const condition = type("Condition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  observedGeneration: field(3, int64, ""),
  lastTransitionTime: field(4, time, "").required(),
  reason: field(5, string, "").required(),
  message: field(6, string, "").required(),
});
export interface Condition extends TypeOf<typeof condition> {}
