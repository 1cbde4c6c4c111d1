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

export const leaseSpec = type("LeaseSpec", "Who holds a lease, and for how long.", {
  holderIdentity: field(1, string, "The holder.").pointer(),
  leaseDurationSeconds: field(
    2,
    int32,
    "Seconds after the last renewal when others may take it.",
  ).pointer(),
  acquireTime: field(3, microTime, "When the holder got it.").pointer(),
  renewTime: field(4, microTime, "When the holder last renewed it.").pointer(),
  leaseTransitions: field(5, int32, "How often the holder has changed.").pointer(),
  strategy: field(6, string, "How a holder is chosen, for coordinated elections.").pointer(),
  preferredHolder: field(7, string, "Who should get it next.").pointer(),
});
export interface LeaseSpec extends TypeOf<typeof leaseSpec> {}

export const lease = kind(
  "Lease",
  "Something that one holder has for a while and must renew.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, leaseSpec, "The desired state."),
  },
  { name: "leases", singular: "lease", namespaced: true, verbs: standardVerbs },
);
export interface Lease extends TypeOf<typeof lease> {}
