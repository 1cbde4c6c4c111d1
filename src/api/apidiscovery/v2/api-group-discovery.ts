import {
  atomicListOf,
  field,
  keyedListOf,
  setOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { groupVersionKind } from "../../meta/v1/group-version.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const apiSubresourceDiscovery = type("APISubresourceDiscovery", "A part of a resource.", {
  subresource: field(1, string, "Name of the part, as it stands in the path.").always(),
  responseKind: field(2, groupVersionKind, "What is answered.").pointer(),
  acceptedTypes: field(3, atomicListOf(groupVersionKind), "What may be sent, if it differs."),
  verbs: field(4, setOf(string), "What can be done with it.").always(),
});
export interface APISubresourceDiscovery extends TypeOf<typeof apiSubresourceDiscovery> {}

export const apiResourceDiscovery = type("APIResourceDiscovery", "A resource of a version.", {
  resource: field(1, string, "Plural name, as it stands in the path.").always(),
  responseKind: field(2, groupVersionKind, "Kind of its objects.").pointer(),
  scope: field(3, string, "Cluster or Namespaced.").always(),
  singularResource: field(4, string, "Singular name, for people.").always(),
  verbs: field(5, setOf(string), "What can be done with it.").always(),
  shortNames: field(6, setOf(string), "Abbreviations."),
  categories: field(7, setOf(string), "Groups of resources such as `all`."),
  subresources: field(8, keyedListOf(apiSubresourceDiscovery, "subresource"), "Its parts."),
});
export interface APIResourceDiscovery extends TypeOf<typeof apiResourceDiscovery> {}

export const apiVersionDiscovery = type("APIVersionDiscovery", "A version of a group.", {
  version: field(1, string, "Name of the version.").always(),
  resources: field(2, keyedListOf(apiResourceDiscovery, "resource"), "What it offers."),
  freshness: field(3, string, "Current, or Stale when its server could not be asked."),
});
export interface APIVersionDiscovery extends TypeOf<typeof apiVersionDiscovery> {}

export const apiGroupDiscovery = kind(
  "APIGroupDiscovery",
  "A group, most preferred version first.",
  {
    metadata: field(1, objectMeta, "Its name is that of the group."),
    versions: field(2, keyedListOf(apiVersionDiscovery, "version"), "Versions that are served."),
  },
);
export interface APIGroupDiscovery extends TypeOf<typeof apiGroupDiscovery> {}
