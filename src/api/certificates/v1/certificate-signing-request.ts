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

export const certificateSigningRequestSpec = type(
  "CertificateSigningRequestSpec",
  "The certificate that is wanted.",
  {
    request: field(1, bytes, "The request, a PEM block of PKCS#10.").required(),
    username: field(2, string, "Who asked. Written by the server."),
    uid: field(3, string, "Identifier of who asked. Written by the server."),
    groups: field(4, atomicListOf(string), "Groups of who asked. Written by the server."),
    usages: field(5, atomicListOf(string), "Key usages that are wanted, such as client auth."),
    extra: field(
      6,
      mapOf(listMessageOf(string)),
      "Further facts about who asked. Written by the server.",
    ),
    signerName: field(
      7,
      string,
      "Signer that is asked, such as kubernetes.io/kube-apiserver-client.",
    ).required(),
    expirationSeconds: field(
      8,
      int32,
      "Validity that is wanted, 600 at least; the signer may choose another.",
    ).pointer(),
  },
);
export interface CertificateSigningRequestSpec
  extends TypeOf<typeof certificateSigningRequestSpec> {}

export const certificateSigningRequestCondition = type(
  "CertificateSigningRequestCondition",
  "A verdict on a request: Approved, Denied or Failed.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase.").required(),
    reason: field(2, string, "Why, as one CamelCase word for programs."),
    message: field(3, string, "Why, in a sentence for people."),
    lastUpdateTime: field(4, time, "When the condition was last written."),
    lastTransitionTime: field(5, time, "When the status last changed."),
    status: field(6, string, "Whether the condition holds: True, False or Unknown.").required(),
  },
);
export interface CertificateSigningRequestCondition
  extends TypeOf<typeof certificateSigningRequestCondition> {}

export const certificateSigningRequestStatus = type(
  "CertificateSigningRequestStatus",
  "How far the request has come.",
  {
    conditions: field(
      1,
      keyedListOf(certificateSigningRequestCondition, "type"),
      "Latest observations of single aspects of the state.",
    ),
    certificate: field(2, bytes, "The certificate and its chain, as PEM blocks."),
  },
);
export interface CertificateSigningRequestStatus
  extends TypeOf<typeof certificateSigningRequestStatus> {}

export const certificateSigningRequest = kind(
  "CertificateSigningRequest",
  "Asks a signer for a certificate.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, certificateSigningRequestSpec, "The desired state.").required(),
    status: field(3, certificateSigningRequestStatus, "The observed state, written by the system."),
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
