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

export const managedFieldsEntry = type(
  "ManagedFieldsEntry",
  "The fields that one actor takes care of.",
  {
    manager: field(1, string, "Name of the actor."),
    operation: field(2, string, "How the actor wrote: Apply or Update."),
    apiVersion: field(3, string, "Version in which the fields are named."),
    time: field(4, time, "When the actor last changed its set of fields.").pointer(),
    fieldsType: field(6, string, "Format of the set of fields: FieldsV1."),
    fieldsV1: field(7, fieldsV1, "The set of fields.").pointer(),
    subresource: field(8, string, "Subresource that the actor wrote to, if any."),
  },
);
export interface ManagedFieldsEntry extends TypeOf<typeof managedFieldsEntry> {}

export const ownerReference = type(
  "OwnerReference",
  "An object that owns the one that holds the reference, in the same namespace or cluster-wide.",
  {
    kind: field(1, string, "Kind of the owner.").required(),
    name: field(3, string, "Name of the owner.").required(),
    uid: field(4, string, "UID of the owner.").required(),
    apiVersion: field(5, string, "Group and version of the owner.").required(),
    controller: field(
      6,
      boolean,
      "Whether the owner is the one that manages the object.",
    ).pointer(),
    blockOwnerDeletion: field(
      7,
      boolean,
      "Whether a foreground deletion of the owner waits for this object.",
    ).pointer(),
  },
  { mapType: "atomic" },
);
export interface OwnerReference extends TypeOf<typeof ownerReference> {}

export const objectMeta = type("ObjectMeta", "What every stored object has, whatever its kind.", {
  name: field(
    1,
    string,
    "Name, unique among the objects of its kind in the namespace. It cannot be changed.",
  ),
  generateName: field(2, string, "Prefix of the name that the server makes up when none is given."),
  namespace: field(
    3,
    string,
    "Namespace of the object; empty for cluster-wide ones. It cannot be changed.",
  ),
  selfLink: field(4, string, "No longer filled in."),
  uid: field(
    5,
    string,
    "Identifier given by the server; never used twice, not even for an object of the same name.",
  ),
  resourceVersion: field(
    6,
    string,
    "Version of the object in the store. An update that states an older one is refused.",
  ),
  generation: field(7, int64, "Counts the changes of the desired state."),
  creationTimestamp: field(8, time, "When the object was created."),
  deletionTimestamp: field(
    9,
    time,
    "When the object is to be gone; set once it is being deleted.",
  ).pointer(),
  deletionGracePeriodSeconds: field(
    10,
    int64,
    "Seconds that the object is given to end in an orderly way.",
  ).pointer(),
  labels: field(11, mapOf(string), "Keys and values to select objects by."),
  annotations: field(12, mapOf(string), "Keys and values for tools; nothing selects by them."),
  ownerReferences: field(
    13,
    keyedListOf(ownerReference, "uid"),
    "Objects that this one belongs to. When all of them are gone, so is this one.",
  ).patchMerged("uid"),
  finalizers: field(
    14,
    setOf(string),
    "What must still happen before the object can be removed.",
  ).patchMerged(),
  managedFields: field(17, atomicListOf(managedFieldsEntry), "Who takes care of which fields."),
});
export interface ObjectMeta extends TypeOf<typeof objectMeta> {}
