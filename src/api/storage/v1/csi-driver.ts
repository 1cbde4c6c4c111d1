import {
  atomicListOf,
  boolean,
  field,
  int64,
  setOf,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const tokenRequest = type("TokenRequest", "A token that a driver gets.", {
  audience: field(1, string, "Who the token is for.").required(),
  expirationSeconds: field(2, int64, "Validity of the token.").pointer(),
});
export interface TokenRequest extends TypeOf<typeof tokenRequest> {}

export const csiDriverSpec = type("CSIDriverSpec", "What a driver needs.", {
  attachRequired: field(
    1,
    boolean,
    "Whether volumes must be attached before they are mounted.",
  ).pointer(),
  podInfoOnMount: field(2, boolean, "Whether the driver is told about the pod.").pointer(),
  volumeLifecycleModes: field(3, setOf(string), "Persistent (the default), Ephemeral or both."),
  storageCapacity: field(
    4,
    boolean,
    "Whether the scheduler asks how much storage is left.",
  ).pointer(),
  fsGroupPolicy: field(
    5,
    string,
    "Whether ownership of volumes is changed: ReadWriteOnceWithFSType (the default), File or None.",
  ).pointer(),
  tokenRequests: field(
    6,
    atomicListOf(tokenRequest),
    "Tokens of the pod's ServiceAccount that the driver gets.",
  ),
  requiresRepublish: field(
    7,
    boolean,
    "Whether the driver is called again from time to time.",
  ).pointer(),
  seLinuxMount: field(
    8,
    boolean,
    "Whether the driver can mount with an SELinux context.",
  ).pointer(),
  nodeAllocatableUpdatePeriodSeconds: field(
    9,
    int64,
    "How often the number of volumes that a node can take is asked for.",
  ).pointer(),
  serviceAccountTokenInSecrets: field(
    10,
    boolean,
    "Whether tokens are passed as secrets rather than with the volume's context.",
  ).pointer(),
  preventPodSchedulingIfMissing: field(
    11,
    boolean,
    "Whether pods with volumes of the driver stay off nodes without it.",
  ).pointer(),
});
export interface CSIDriverSpec extends TypeOf<typeof csiDriverSpec> {}

export const csiDriver = kind(
  "CSIDriver",
  "A storage driver and what it needs.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, csiDriverSpec, "The desired state.").required(),
  },
  { name: "csidrivers", singular: "csidriver", namespaced: false, verbs: standardVerbs },
);
export interface CSIDriver extends TypeOf<typeof csiDriver> {}
