import {
  boolean,
  bytes,
  field,
  listOf,
  mapOf,
  rawExtension,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { userInfo } from "../../authentication/v1/parts.ts";
import { groupVersionKind, groupVersionResource } from "../../meta/v1/group-version.ts";
import { status } from "../../meta/v1/status.ts";
import { kind, type } from "./package.ts";

export const admissionRequest = type("AdmissionRequest", "A request that waits for a verdict.", {
  uid: field(1, string, "Identifies this request and its response.").always(),
  kind: field(2, groupVersionKind, "Kind of the object.").always(),
  resource: field(3, groupVersionResource, "Resource that is written to.").always(),
  subResource: field(4, string, "Part of the resource, if it is one."),
  name: field(5, string, "Name of the object; empty while the server is to choose one."),
  namespace: field(6, string, "Namespace of the object."),
  operation: field(7, string, "CREATE, UPDATE, DELETE or CONNECT.").always(),
  userInfo: field(8, userInfo, "Who asks.").always(),
  object: field(9, rawExtension, "The object as it shall be."),
  oldObject: field(10, rawExtension, "The object as it is."),
  dryRun: field(11, boolean, "Whether nothing will be stored.").pointer(),
  options: field(12, rawExtension, "Options of the operation."),
  requestKind: field(13, groupVersionKind, "Kind before conversion.").pointer(),
  requestResource: field(14, groupVersionResource, "Resource before conversion.").pointer(),
  requestSubResource: field(15, string, "Part of the resource before conversion."),
});
export interface AdmissionRequest extends TypeOf<typeof admissionRequest> {}

export const admissionResponse = type("AdmissionResponse", "The verdict on a request.", {
  uid: field(1, string, "That of the request.").always(),
  allowed: field(2, boolean, "Whether the request may go on.").always(),
  status: field(3, status, "Why not.").pointer(),
  patch: field(4, bytes, "Changes to make to the object."),
  patchType: field(5, string, "JSONPatch.").pointer(),
  auditAnnotations: field(6, mapOf(string), "Remarks for the audit log."),
  warnings: field(7, listOf(string), "Warnings for the client."),
});
export interface AdmissionResponse extends TypeOf<typeof admissionResponse> {}

export const admissionReview = kind("AdmissionReview", "A request for a verdict, or the answer.", {
  request: field(1, admissionRequest, "The request.").pointer(),
  response: field(2, admissionResponse, "The answer.").pointer(),
});
export interface AdmissionReview extends TypeOf<typeof admissionReview> {}
