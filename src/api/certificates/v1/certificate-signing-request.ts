import {
  listMessageOf,
  atomicListOf,
  bytes,
  field,
  int32,
  keyedListOf,
  mapOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const certificateSigningRequestSpec = type("CertificateSigningRequestSpec", "", {
  request: field(1, bytes, "").required(),
  username: field(2, string, ""),
  uid: field(3, string, ""),
  groups: field(4, atomicListOf(string), ""),
  usages: field(5, atomicListOf(string), ""),
  extra: field(6, mapOf(listMessageOf(string)), ""),
  signerName: field(7, string, "").required(),
  expirationSeconds: field(8, int32, "").pointer(),
});
export interface CertificateSigningRequestSpec
  extends TypeOf<typeof certificateSigningRequestSpec> {}

export const certificateSigningRequestCondition = type("CertificateSigningRequestCondition", "", {
  type: field(1, string, "").required(),
  reason: field(2, string, ""),
  message: field(3, string, ""),
  lastUpdateTime: field(4, time, ""),
  lastTransitionTime: field(5, time, ""),
  status: field(6, string, "").required(),
});
export interface CertificateSigningRequestCondition
  extends TypeOf<typeof certificateSigningRequestCondition> {}

export const certificateSigningRequestStatus = type("CertificateSigningRequestStatus", "", {
  conditions: field(1, keyedListOf(certificateSigningRequestCondition, "type"), ""),
  certificate: field(2, bytes, ""),
});
export interface CertificateSigningRequestStatus
  extends TypeOf<typeof certificateSigningRequestStatus> {}

export const certificateSigningRequest = kind(
  "CertificateSigningRequest",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, certificateSigningRequestSpec, "").required(),
    status: field(3, certificateSigningRequestStatus, ""),
  },
  {
    name: "certificatesigningrequests",
    singular: "certificatesigningrequest",
    namespaced: false,
    verbs: standardVerbs,
    shortNames: ["csr"],
    subresources: {
      approval: { kind: "CertificateSigningRequest", verbs: ["get", "patch", "update"] },
      status: statusSubresource("CertificateSigningRequest"),
    },
  },
);
export interface CertificateSigningRequest extends TypeOf<typeof certificateSigningRequest> {}
