import {
  atomicListOf,
  boolean,
  field,
  fieldsV1,
  int64,
  keyedListOf,
  mapOf,
  setOf,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { type } from "./package.ts";

export const managedFieldsEntry = type("ManagedFieldsEntry", "", {
  manager: field(1, string, ""),
  operation: field(2, string, ""),
  apiVersion: field(3, string, ""),
  time: field(4, time, "").pointer(),
  fieldsType: field(6, string, ""),
  fieldsV1: field(7, fieldsV1, "").pointer(),
  subresource: field(8, string, ""),
});
export interface ManagedFieldsEntry extends TypeOf<typeof managedFieldsEntry> {}

export const ownerReference = type(
  "OwnerReference",
  "",
  {
    kind: field(1, string, "").required(),
    name: field(3, string, "").required(),
    uid: field(4, string, "").required(),
    apiVersion: field(5, string, "").required(),
    controller: field(6, boolean, "").pointer(),
    blockOwnerDeletion: field(7, boolean, "").pointer(),
  },
  { mapType: "atomic" },
);
export interface OwnerReference extends TypeOf<typeof ownerReference> {}

export const objectMeta = type("ObjectMeta", "", {
  name: field(1, string, ""),
  generateName: field(2, string, ""),
  namespace: field(3, string, ""),
  selfLink: field(4, string, ""),
  uid: field(5, string, ""),
  resourceVersion: field(6, string, ""),
  generation: field(7, int64, ""),
  creationTimestamp: field(8, time, ""),
  deletionTimestamp: field(9, time, "").pointer(),
  deletionGracePeriodSeconds: field(10, int64, "").pointer(),
  labels: field(11, mapOf(string), ""),
  annotations: field(12, mapOf(string), ""),
  ownerReferences: field(13, keyedListOf(ownerReference, "uid"), "").patchMerged("uid"),
  finalizers: field(14, setOf(string), "").patchMerged(),
  managedFields: field(17, atomicListOf(managedFieldsEntry), ""),
});
export interface ObjectMeta extends TypeOf<typeof objectMeta> {}
