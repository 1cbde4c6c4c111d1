import { atomicListOf, field, int64, string, time, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const boundObjectReference = type(
  "BoundObjectReference",
  "The object that a token lives and dies with.",
  {
    kind: field(1, string, "Pod, Secret or Node."),
    apiVersion: field(2, string, "Group and version of the object."),
    name: field(3, string, "Name of the object."),
    uid: field(4, string, "UID of the object."),
  },
);
export interface BoundObjectReference extends TypeOf<typeof boundObjectReference> {}

export const tokenRequestSpec = type("TokenRequestSpec", "The token that is wanted.", {
  audiences: field(1, atomicListOf(string), "Who the token is for.").always(),
  boundObjectRef: field(
    3,
    boundObjectReference,
    "Object that the token lives and dies with.",
  ).pointer(),
  expirationSeconds: field(
    4,
    int64,
    "Validity that is wanted; the server may choose another.",
  ).pointer(),
});
export interface TokenRequestSpec extends TypeOf<typeof tokenRequestSpec> {}

export const tokenRequestStatus = type("TokenRequestStatus", "The token that was issued.", {
  token: field(1, string, "The token.").always(),
  expirationTimestamp: field(2, time, "When it expires.").always(),
});
export interface TokenRequestStatus extends TypeOf<typeof tokenRequestStatus> {}

export const tokenRequest = kind("TokenRequest", "Asks for a token of a ServiceAccount.", {
  metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
  spec: field(2, tokenRequestSpec, "The desired state.").always(),
  status: field(3, tokenRequestStatus, "The observed state, written by the system."),
});
export interface TokenRequest extends TypeOf<typeof tokenRequest> {}
