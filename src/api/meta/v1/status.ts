import { atomicListOf, field, int32, string, type TypeOf } from "../../schema/schema.ts";
import { listMeta } from "./list-meta.ts";
import { kind, type } from "./package.ts";

export const statusCause = type("StatusCause", "", {
  reason: field(1, string, ""),
  message: field(2, string, ""),
  field: field(3, string, ""),
});
export interface StatusCause extends TypeOf<typeof statusCause> {}

export const statusDetails = type("StatusDetails", "", {
  name: field(1, string, ""),
  group: field(2, string, ""),
  kind: field(3, string, ""),
  causes: field(4, atomicListOf(statusCause), ""),
  retryAfterSeconds: field(5, int32, ""),
  uid: field(6, string, ""),
});
export interface StatusDetails extends TypeOf<typeof statusDetails> {}

export const status = kind("Status", "", {
  metadata: field(1, listMeta, ""),
  status: field(2, string, ""),
  message: field(3, string, ""),
  reason: field(4, string, ""),
  details: field(5, statusDetails, "").pointer(),
  code: field(6, int32, ""),
});
export interface Status extends TypeOf<typeof status> {}
