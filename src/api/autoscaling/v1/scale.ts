import { field, int32, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const scaleSpec = type("ScaleSpec", "", {
  replicas: field(1, int32, ""),
});
export interface ScaleSpec extends TypeOf<typeof scaleSpec> {}

export const scaleStatus = type("ScaleStatus", "", {
  replicas: field(1, int32, "").required(),
  selector: field(2, string, ""),
});
export interface ScaleStatus extends TypeOf<typeof scaleStatus> {}

export const scale = kind("Scale", "", {
  metadata: field(1, objectMeta, ""),
  spec: field(2, scaleSpec, ""),
  status: field(3, scaleStatus, ""),
});
export interface Scale extends TypeOf<typeof scale> {}
