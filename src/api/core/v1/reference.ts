import { field, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const localObjectReference = type(
  "LocalObjectReference",
  "",
  {
    name: field(1, string, ""),
  },
  { mapType: "atomic" },
);
export interface LocalObjectReference extends TypeOf<typeof localObjectReference> {}

export const objectReference = type(
  "ObjectReference",
  "",
  {
    kind: field(1, string, ""),
    namespace: field(2, string, ""),
    name: field(3, string, ""),
    uid: field(4, string, ""),
    apiVersion: field(5, string, ""),
    resourceVersion: field(6, string, ""),
    fieldPath: field(7, string, ""),
  },
  { mapType: "atomic" },
);
export interface ObjectReference extends TypeOf<typeof objectReference> {}

export const secretReference = type(
  "SecretReference",
  "",
  {
    name: field(1, string, ""),
    namespace: field(2, string, ""),
  },
  { mapType: "atomic" },
);
export interface SecretReference extends TypeOf<typeof secretReference> {}

export const typedLocalObjectReference = type(
  "TypedLocalObjectReference",
  "",
  {
    apiGroup: field(1, string, "").pointer(),
    kind: field(2, string, "").required(),
    name: field(3, string, "").required(),
  },
  { mapType: "atomic" },
);
export interface TypedLocalObjectReference extends TypeOf<typeof typedLocalObjectReference> {}

export const typedObjectReference = type("TypedObjectReference", "", {
  apiGroup: field(1, string, "").pointer(),
  kind: field(2, string, "").required(),
  name: field(3, string, "").required(),
  namespace: field(4, string, "").pointer(),
});
export interface TypedObjectReference extends TypeOf<typeof typedObjectReference> {}
