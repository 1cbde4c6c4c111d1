import { field, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const groupVersionKind = type("GroupVersionKind", "A kind and where it is declared.", {
  group: field(1, string, "API group; empty for the core group.").always(),
  version: field(2, string, "Version of the group.").always(),
  kind: field(3, string, "The kind.").always(),
});
export interface GroupVersionKind extends TypeOf<typeof groupVersionKind> {}

export const groupVersionResource = type("GroupVersionResource", "A resource and where it is.", {
  group: field(1, string, "API group; empty for the core group.").always(),
  version: field(2, string, "Version of the group.").always(),
  resource: field(3, string, "The resource, plural.").always(),
});
export interface GroupVersionResource extends TypeOf<typeof groupVersionResource> {}
