import {
  field,
  int32,
  microTime,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const leaseSpec = type("LeaseSpec", "", {
  holderIdentity: field(1, string, "").pointer(),
  leaseDurationSeconds: field(2, int32, "").pointer(),
  acquireTime: field(3, microTime, "").pointer(),
  renewTime: field(4, microTime, "").pointer(),
  leaseTransitions: field(5, int32, "").pointer(),
  strategy: field(6, string, "").pointer(),
  preferredHolder: field(7, string, "").pointer(),
});
export interface LeaseSpec extends TypeOf<typeof leaseSpec> {}

export const lease = kind(
  "Lease",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, leaseSpec, ""),
  },
  { name: "leases", singular: "lease", namespaced: true, verbs: standardVerbs },
);
export interface Lease extends TypeOf<typeof lease> {}
