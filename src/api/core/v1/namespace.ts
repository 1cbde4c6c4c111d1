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

export const namespaceSpec = type("NamespaceSpec", "What a namespace waits for.", {
  finalizers: field(1, atomicListOf(string), "What must be gone before the namespace is removed."),
});
export interface NamespaceSpec extends TypeOf<typeof namespaceSpec> {}

export const namespaceCondition = type("NamespaceCondition", "One aspect of a namespace's state.", {
  type: field(1, string, "Name of the aspect, in CamelCase.").required(),
  status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
  lastTransitionTime: field(4, time, "When the status last changed."),
  reason: field(5, string, "Why, as one CamelCase word for programs."),
  message: field(6, string, "Why, in a sentence for people."),
});
export interface NamespaceCondition extends TypeOf<typeof namespaceCondition> {}

export const namespaceStatus = type("NamespaceStatus", "The state of a namespace.", {
  phase: field(1, string, "Active or Terminating."),
  conditions: field(
    2,
    keyedListOf(namespaceCondition, "type"),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
});
export interface NamespaceStatus extends TypeOf<typeof namespaceStatus> {}

export const namespace = kind(
  "Namespace",
  "A space for names, and for access and quota rules.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, namespaceSpec, "The desired state."),
    status: field(3, namespaceStatus, "The observed state, written by the system."),
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
