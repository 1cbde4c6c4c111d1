import {
  atomicListOf,
  field,
  keyedListOf,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const namespaceSpec = type("NamespaceSpec", "", {
  finalizers: field(1, atomicListOf(string), ""),
});
export interface NamespaceSpec extends TypeOf<typeof namespaceSpec> {}

export const namespaceCondition = type("NamespaceCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  lastTransitionTime: field(4, time, ""),
  reason: field(5, string, ""),
  message: field(6, string, ""),
});
export interface NamespaceCondition extends TypeOf<typeof namespaceCondition> {}

export const namespaceStatus = type("NamespaceStatus", "", {
  phase: field(1, string, ""),
  conditions: field(2, keyedListOf(namespaceCondition, "type"), "").patchMerged("type"),
});
export interface NamespaceStatus extends TypeOf<typeof namespaceStatus> {}

export const namespace = kind(
  "Namespace",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, namespaceSpec, ""),
    status: field(3, namespaceStatus, ""),
  },
  {
    name: "namespaces",
    singular: "namespace",
    namespaced: false,
    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
    shortNames: ["ns"],
    subresources: {
      finalize: { kind: "Namespace", verbs: ["update"] },
      status: statusSubresource("Namespace"),
    },
  },
);
export interface Namespace extends TypeOf<typeof namespace> {}
