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
  "An identity for processes in pods.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    secrets: field(
      2,
      keyedListOf(objectReference, "name"),
      "Secrets that pods may use, if the ServiceAccount enforces it.",
    ).patchMerged("name"),
    imagePullSecrets: field(
      3,
      atomicListOf(localObjectReference),
      "Secrets to pull images with, for pods that name none.",
    ),
    automountServiceAccountToken: field(
      4,
      boolean,
      "Whether pods get a token, unless they say otherwise.",
    ).pointer(),
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
