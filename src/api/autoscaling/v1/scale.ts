import { field, int32, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const scaleSpec = type("ScaleSpec", "The size that is wanted.", {
  replicas: field(1, int32, "Number of pods."),
});
export interface ScaleSpec extends TypeOf<typeof scaleSpec> {}

export const scaleStatus = type("ScaleStatus", "The size there is.", {
  replicas: field(1, int32, "Number of pods.").required(),
  selector: field(2, string, "Selector of the pods, as text."),
});
export interface ScaleStatus extends TypeOf<typeof scaleStatus> {}

export const scale = kind("Scale", "The size of a workload, whatever its kind.", {
  metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
  spec: field(2, scaleSpec, "The desired state."),
  status: field(3, scaleStatus, "The observed state, written by the system."),
});
export interface Scale extends TypeOf<typeof scale> {}
