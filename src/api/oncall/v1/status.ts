import { condition } from "../../meta/v1/condition.ts";
import { field, int64, keyedListOf, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

/** What the status of every kind has. */
export const statusFields = {
  observedGeneration: field(int64, "Generation of the object that this is about."),
  conditions: field(keyedListOf(condition, "type"), "Whether it is in force, and why not."),
};

export const acceptanceStatus = type("AcceptanceStatus", "What has become of it.", statusFields);
export interface AcceptanceStatus extends TypeOf<typeof acceptanceStatus> {}
