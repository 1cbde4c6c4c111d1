import { atomicListOf, field, int64, string, time, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const boundObjectReference = type("BoundObjectReference", "", {
  kind: field(1, string, ""),
  apiVersion: field(2, string, ""),
  name: field(3, string, ""),
  uid: field(4, string, ""),
});
export interface BoundObjectReference extends TypeOf<typeof boundObjectReference> {}

export const tokenRequestSpec = type("TokenRequestSpec", "", {
  audiences: field(1, atomicListOf(string), "").always(),
  boundObjectRef: field(3, boundObjectReference, "").pointer(),
  expirationSeconds: field(4, int64, "").pointer(),
});
export interface TokenRequestSpec extends TypeOf<typeof tokenRequestSpec> {}

export const tokenRequestStatus = type("TokenRequestStatus", "", {
  token: field(1, string, "").always(),
  expirationTimestamp: field(2, time, "").always(),
});
export interface TokenRequestStatus extends TypeOf<typeof tokenRequestStatus> {}

export const tokenRequest = kind("TokenRequest", "", {
  metadata: field(1, objectMeta, ""),
  spec: field(2, tokenRequestSpec, "").always(),
  status: field(3, tokenRequestStatus, ""),
});
export interface TokenRequest extends TypeOf<typeof tokenRequest> {}
