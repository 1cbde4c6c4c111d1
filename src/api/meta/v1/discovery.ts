import {
  atomicListOf,
  boolean,
  field,
  listMessageOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";

export const groupVersionForDiscovery = type("GroupVersionForDiscovery", "A version of a group.", {
  groupVersion: field(1, string, "Group and version as one text, such as apps/v1.").required(),
  version: field(2, string, "The version alone.").required(),
});
export interface GroupVersionForDiscovery extends TypeOf<typeof groupVersionForDiscovery> {}

export const serverAddressByClientCIDR = type(
  "ServerAddressByClientCIDR",
  "An address of the server for clients of one network.",
  {
    clientCIDR: field(1, string, "Network of the clients.").required(),
    serverAddress: field(2, string, "Host and port of the server.").required(),
  },
);
export interface ServerAddressByClientCIDR extends TypeOf<typeof serverAddressByClientCIDR> {}

export const apiGroup = kind(
  "APIGroup",
  "A group of the API and the versions in which it is served.",
  {
    name: field(1, string, "Name of the group.").required(),
    versions: field(
      2,
      atomicListOf(groupVersionForDiscovery),
      "Versions of the group, most preferred first.",
    ).required(),
    preferredVersion: field(3, groupVersionForDiscovery, "Version that the server prefers."),
    serverAddressByClientCIDRs: field(
      4,
      atomicListOf(serverAddressByClientCIDR),
      "Addresses of the server, by the network that a client is in.",
    ),
  },
);
export interface APIGroup extends TypeOf<typeof apiGroup> {}

export const apiGroupList = kind("APIGroupList", "The groups of an API server.", {
  groups: field(1, atomicListOf(apiGroup), "The groups, most important first.").required(),
});
export interface APIGroupList extends TypeOf<typeof apiGroupList> {}

export const apiResource = type("APIResource", "A resource and what can be done with it.", {
  name: field(1, string, "Plural name, as it stands in paths.").required(),
  namespaced: field(2, boolean, "Whether the objects are in namespaces.").required(),
  kind: field(3, string, "Kind of the objects.").required(),
  verbs: field(
    4,
    listMessageOf(string),
    "What can be done: get, list, watch, create, update, patch, delete, deletecollection.",
  ).required(),
  shortNames: field(5, atomicListOf(string), "Abbreviations for the command line."),
  singularName: field(6, string, "Singular name for people.").required(),
  categories: field(
    7,
    atomicListOf(string),
    "Sets of resources that this one belongs to, such as all.",
  ),
  group: field(8, string, "Group of the kind; absent when it is that of the list."),
  version: field(9, string, "Version of the kind; absent when it is that of the list."),
  storageVersionHash: field(
    10,
    string,
    "Digest of the version the objects are stored in; only good for comparing.",
  ),
});
export interface APIResource extends TypeOf<typeof apiResource> {}

export const apiResourceList = kind("APIResourceList", "The resources of one version of a group.", {
  groupVersion: field(1, string, "Group and version of the resources.").required(),
  resources: field(2, atomicListOf(apiResource), "The resources.").required(),
});
export interface APIResourceList extends TypeOf<typeof apiResourceList> {}

export const apiVersions = kind("APIVersions", "The versions of the core group.", {
  versions: field(1, atomicListOf(string), "The versions, most preferred first.").required(),
  serverAddressByClientCIDRs: field(
    2,
    atomicListOf(serverAddressByClientCIDR),
    "Addresses of the server, by the network that a client is in.",
  ).required(),
});
export interface APIVersions extends TypeOf<typeof apiVersions> {}

export const groupResource = type("GroupResource", "A resource and its group.", {
  group: field(1, string, "API group; empty for the core group.").required(),
  resource: field(2, string, "Plural name of the resource.").required(),
});
export interface GroupResource extends TypeOf<typeof groupResource> {}
