import { atomicListOf, field, mapOf, quantity, string, type TypeOf } from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { typedLocalObjectReference, typedObjectReference } from "./reference.ts";
import { type } from "./package.ts";

export const volumeResourceRequirements = type("VolumeResourceRequirements", "", {
  limits: field(1, mapOf(quantity), ""),
  requests: field(2, mapOf(quantity), ""),
});
export interface VolumeResourceRequirements extends TypeOf<typeof volumeResourceRequirements> {}

export const persistentVolumeClaimSpec = type("PersistentVolumeClaimSpec", "", {
  accessModes: field(1, atomicListOf(string), ""),
  resources: field(2, volumeResourceRequirements, ""),
  volumeName: field(3, string, ""),
  selector: field(4, labelSelector, "").pointer(),
  storageClassName: field(5, string, "").pointer(),
  volumeMode: field(6, string, "").pointer(),
  dataSource: field(7, typedLocalObjectReference, "").pointer(),
  dataSourceRef: field(8, typedObjectReference, "").pointer(),
  volumeAttributesClassName: field(9, string, "").pointer(),
});
export interface PersistentVolumeClaimSpec extends TypeOf<typeof persistentVolumeClaimSpec> {}

export const persistentVolumeClaimTemplate = type("PersistentVolumeClaimTemplate", "", {
  metadata: field(1, objectMeta, ""),
  spec: field(2, persistentVolumeClaimSpec, "").required(),
});
export interface PersistentVolumeClaimTemplate
  extends TypeOf<typeof persistentVolumeClaimTemplate> {}
