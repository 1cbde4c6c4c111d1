import {
  atomicListOf,
  boolean,
  field,
  listMessageOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";

export const groupVersionForDiscovery = type("GroupVersionForDiscovery", "", {
  groupVersion: field(1, string, "").required(),
  version: field(2, string, "").required(),
});
export interface GroupVersionForDiscovery extends TypeOf<typeof groupVersionForDiscovery> {}

export const serverAddressByClientCIDR = type("ServerAddressByClientCIDR", "", {
  clientCIDR: field(1, string, "").required(),
  serverAddress: field(2, string, "").required(),
});
export interface ServerAddressByClientCIDR extends TypeOf<typeof serverAddressByClientCIDR> {}

export const apiGroup = kind("APIGroup", "", {
  name: field(1, string, "").required(),
  versions: field(2, atomicListOf(groupVersionForDiscovery), "").required(),
  preferredVersion: field(3, groupVersionForDiscovery, ""),
  serverAddressByClientCIDRs: field(4, atomicListOf(serverAddressByClientCIDR), ""),
});
export interface APIGroup extends TypeOf<typeof apiGroup> {}

export const apiGroupList = kind("APIGroupList", "", {
  groups: field(1, atomicListOf(apiGroup), "").required(),
});
export interface APIGroupList extends TypeOf<typeof apiGroupList> {}

export const apiResource = type("APIResource", "", {
  name: field(1, string, "").required(),
  namespaced: field(2, boolean, "").required(),
  kind: field(3, string, "").required(),
  verbs: field(4, listMessageOf(string), "").required(),
  shortNames: field(5, atomicListOf(string), ""),
  singularName: field(6, string, "").required(),
  categories: field(7, atomicListOf(string), ""),
  group: field(8, string, ""),
  version: field(9, string, ""),
  storageVersionHash: field(10, string, ""),
});
export interface APIResource extends TypeOf<typeof apiResource> {}

export const apiResourceList = kind("APIResourceList", "", {
  groupVersion: field(1, string, "").required(),
  resources: field(2, atomicListOf(apiResource), "").required(),
});
export interface APIResourceList extends TypeOf<typeof apiResourceList> {}

export const apiVersions = kind("APIVersions", "", {
  versions: field(1, atomicListOf(string), "").required(),
  serverAddressByClientCIDRs: field(2, atomicListOf(serverAddressByClientCIDR), "").required(),
});
export interface APIVersions extends TypeOf<typeof apiVersions> {}

export const groupResource = type("GroupResource", "", {
  group: field(1, string, "").required(),
  resource: field(2, string, "").required(),
});
export interface GroupResource extends TypeOf<typeof groupResource> {}
