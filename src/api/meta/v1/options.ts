import { atomicListOf, boolean, field, int64, string, type TypeOf } from "../../schema/schema.ts";
import { kind, type } from "./package.ts";

export const preconditions = type("Preconditions", "", {
  uid: field(1, string, "").pointer(),
  resourceVersion: field(2, string, "").pointer(),
});
export interface Preconditions extends TypeOf<typeof preconditions> {}

export const deleteOptions = kind("DeleteOptions", "", {
  gracePeriodSeconds: field(1, int64, "").pointer(),
  preconditions: field(2, preconditions, "").pointer(),
  orphanDependents: field(3, boolean, "").pointer(),
  propagationPolicy: field(4, string, "").pointer(),
  dryRun: field(5, atomicListOf(string), ""),
  ignoreStoreReadErrorWithClusterBreakingPotential: field(6, boolean, "").pointer(),
});
export interface DeleteOptions extends TypeOf<typeof deleteOptions> {}
