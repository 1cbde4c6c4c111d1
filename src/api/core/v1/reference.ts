import { field, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const localObjectReference = type(
  "LocalObjectReference",
  "An object in the same namespace.",
  {
    name: field(1, string, "Name of the object."),
  },
  { mapType: "atomic" },
);
export interface LocalObjectReference extends TypeOf<typeof localObjectReference> {}

export const objectReference = type(
  "ObjectReference",
  "A reference to an object.",
  {
    kind: field(1, string, "Kind of the object."),
    namespace: field(2, string, "Namespace of the object."),
    name: field(3, string, "Name of the object."),
    uid: field(4, string, "UID of the object."),
    apiVersion: field(5, string, "Group and version of the object."),
    resourceVersion: field(6, string, "Resource version that is meant."),
    fieldPath: field(7, string, "Part of the object that is meant, such as spec.containers{name}."),
  },
  { mapType: "atomic" },
);
export interface ObjectReference extends TypeOf<typeof objectReference> {}

export const secretReference = type(
  "SecretReference",
  "A Secret in any namespace.",
  {
    name: field(1, string, "Name of the Secret."),
    namespace: field(2, string, "Namespace of the Secret."),
  },
  { mapType: "atomic" },
);
export interface SecretReference extends TypeOf<typeof secretReference> {}

export const typedLocalObjectReference = type(
  "TypedLocalObjectReference",
  "An object of any kind in the same namespace.",
  {
    apiGroup: field(1, string, "API group of the kind; absent for the core group.").pointer(),
    kind: field(2, string, "Kind of the object.").required(),
    name: field(3, string, "Name of the object.").required(),
  },
  { mapType: "atomic" },
);
export interface TypedLocalObjectReference extends TypeOf<typeof typedLocalObjectReference> {}

export const typedObjectReference = type("TypedObjectReference", "An object of any kind.", {
  apiGroup: field(1, string, "API group of the kind; absent for the core group.").pointer(),
  kind: field(2, string, "Kind of the object.").required(),
  name: field(3, string, "Name of the object.").required(),
  namespace: field(4, string, "Namespace of the object; the same by default.").pointer(),
});
export interface TypedObjectReference extends TypeOf<typeof typedObjectReference> {}
