import { field, standardVerbs, statusSubresource, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { podSpec } from "./pod-spec.ts";
import { podStatus } from "./pod-status.ts";
import { kind } from "./package.ts";

export const pod = kind(
  "Pod",
  "Containers that run together on one node and share network and volumes.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, podSpec, "The desired state."),
    status: field(3, podStatus, "The observed state, written by the system."),
  },
  {
    name: "pods",
    singular: "pod",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["po"],
    categories: ["all"],
    subresources: {
      attach: { kind: "PodAttachOptions", verbs: ["create", "get"] },
      binding: { kind: "Binding", verbs: ["create"] },
      ephemeralcontainers: { kind: "Pod", verbs: ["get", "patch", "update"] },
      eviction: { kind: "Eviction", group: "policy", version: "v1", verbs: ["create"] },
      exec: { kind: "PodExecOptions", verbs: ["create", "get"] },
      log: { kind: "Pod", verbs: ["get"] },
      portforward: { kind: "PodPortForwardOptions", verbs: ["create", "get"] },
      proxy: { kind: "PodProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] },
      resize: { kind: "Pod", verbs: ["get", "patch", "update"] },
      status: statusSubresource("Pod"),
    },
  },
);
export interface Pod extends TypeOf<typeof pod> {}
