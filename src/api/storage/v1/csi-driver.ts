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

export const tokenRequest = type("TokenRequest", "", {
  audience: field(1, string, "").required(),
  expirationSeconds: field(2, int64, "").pointer(),
});
export interface TokenRequest extends TypeOf<typeof tokenRequest> {}

export const csiDriverSpec = type("CSIDriverSpec", "", {
  attachRequired: field(1, boolean, "").pointer(),
  podInfoOnMount: field(2, boolean, "").pointer(),
  volumeLifecycleModes: field(3, setOf(string), ""),
  storageCapacity: field(4, boolean, "").pointer(),
  fsGroupPolicy: field(5, string, "").pointer(),
  tokenRequests: field(6, atomicListOf(tokenRequest), ""),
  requiresRepublish: field(7, boolean, "").pointer(),
  seLinuxMount: field(8, boolean, "").pointer(),
  nodeAllocatableUpdatePeriodSeconds: field(9, int64, "").pointer(),
  serviceAccountTokenInSecrets: field(10, boolean, "").pointer(),
  preventPodSchedulingIfMissing: field(11, boolean, "").pointer(),
});
export interface CSIDriverSpec extends TypeOf<typeof csiDriverSpec> {}

export const csiDriver = kind(
  "CSIDriver",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, csiDriverSpec, "").required(),
  },
  { name: "csidrivers", singular: "csidriver", namespaced: false, verbs: standardVerbs },
);
export interface CSIDriver extends TypeOf<typeof csiDriver> {}
