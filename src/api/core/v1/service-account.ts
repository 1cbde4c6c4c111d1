import {
  atomicListOf,
  boolean,
  field,
  keyedListOf,
  standardVerbs,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { localObjectReference, objectReference } from "./reference.ts";
import { kind } from "./package.ts";

export const serviceAccount = kind(
  "ServiceAccount",
  "",
  {
    metadata: field(1, objectMeta, ""),
    secrets: field(2, keyedListOf(objectReference, "name"), "").patchMerged("name"),
    imagePullSecrets: field(3, atomicListOf(localObjectReference), ""),
    automountServiceAccountToken: field(4, boolean, "").pointer(),
  },
  {
    name: "serviceaccounts",
    singular: "serviceaccount",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["sa"],
    subresources: {
      token: {
        kind: "TokenRequest",
        group: "authentication.k8s.io",
        version: "v1",
        verbs: ["create"],
      },
    },
  },
);
export interface ServiceAccount extends TypeOf<typeof serviceAccount> {}
