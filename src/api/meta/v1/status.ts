import { atomicListOf, field, int32, string, type TypeOf } from "../../schema/schema.ts";
import { listMeta } from "./list-meta.ts";
import { kind, type } from "./package.ts";

export const statusCause = type("StatusCause", "One of several reasons for a failure.", {
  reason: field(1, string, "Why, as one CamelCase word for programs."),
  message: field(2, string, "Why, for people."),
  field: field(3, string, "Path of the field that is to blame."),
});
export interface StatusCause extends TypeOf<typeof statusCause> {}

export const statusDetails = type("StatusDetails", "What a failure is about.", {
  name: field(1, string, "Name of the object."),
  group: field(2, string, "API group of the object."),
  kind: field(3, string, "Resource of the object, or its kind for invalid objects."),
  causes: field(4, atomicListOf(statusCause), "The single reasons."),
  retryAfterSeconds: field(5, int32, "How long to wait before trying again."),
  uid: field(6, string, "UID of the object."),
});
export interface StatusDetails extends TypeOf<typeof statusDetails> {}

export const status = kind("Status", "The outcome of a request that returns no object.", {
  metadata: field(1, listMeta, "Standard object metadata: name, namespace, labels and more."),
  status: field(2, string, "Success or Failure."),
  message: field(3, string, "What happened, for people."),
  reason: field(4, string, "Why the request failed, as one CamelCase word for programs."),
  details: field(5, statusDetails, "More about the failure, depending on the reason.").pointer(),
  code: field(6, int32, "HTTP status code."),
});
export interface Status extends TypeOf<typeof status> {}
