import { atomicListOf, field, mapOf, quantity, string, type TypeOf } from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { typedLocalObjectReference, typedObjectReference } from "./reference.ts";
import { type } from "./package.ts";

export const volumeResourceRequirements = type(
  "VolumeResourceRequirements",
  "How much storage is needed.",
  {
    limits: field(1, mapOf(quantity), "The most that is wanted."),
    requests: field(2, mapOf(quantity), "The least that is needed."),
  },
);
export interface VolumeResourceRequirements extends TypeOf<typeof volumeResourceRequirements> {}

export const persistentVolumeClaimSpec = type(
  "PersistentVolumeClaimSpec",
  "What a claim asks for.",
  {
    accessModes: field(
      1,
      atomicListOf(string),
      "How the volume must be mountable: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.",
    ),
    resources: field(2, volumeResourceRequirements, "How much storage is needed."),
    volumeName: field(3, string, "The volume that the claim is bound to."),
    selector: field(4, labelSelector, "Labels of the volumes to choose from.").pointer(),
    storageClassName: field(
      5,
      string,
      "Class of the storage; empty: none; absent: the default class.",
    ).pointer(),
    volumeMode: field(6, string, "Filesystem (the default) or Block.").pointer(),
    dataSource: field(
      7,
      typedLocalObjectReference,
      "What the volume begins with: a snapshot or another claim.",
    ).pointer(),
    dataSourceRef: field(
      8,
      typedObjectReference,
      "What the volume begins with, of any kind.",
    ).pointer(),
    volumeAttributesClassName: field(
      9,
      string,
      "Class of the volume's changeable attributes.",
    ).pointer(),
  },
);
export interface PersistentVolumeClaimSpec extends TypeOf<typeof persistentVolumeClaimSpec> {}

export const persistentVolumeClaimTemplate = type(
  "PersistentVolumeClaimTemplate",
  "A claim to make.",
  {
    metadata: field(1, objectMeta, "Labels and annotations of the claim."),
    spec: field(2, persistentVolumeClaimSpec, "What the claim asks for.").required(),
  },
);
export interface PersistentVolumeClaimTemplate
  extends TypeOf<typeof persistentVolumeClaimTemplate> {}
