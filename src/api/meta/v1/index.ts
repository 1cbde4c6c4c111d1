export { condition, type Condition } from "./condition.ts";
export {
  apiGroup,
  apiGroupList,
  apiResource,
  apiResourceList,
  apiVersions,
  groupResource,
  groupVersionForDiscovery,
  serverAddressByClientCIDR,
  type APIGroup,
  type APIGroupList,
  type APIResource,
  type APIResourceList,
  type APIVersions,
  type GroupResource,
  type GroupVersionForDiscovery,
  type ServerAddressByClientCIDR,
} from "./discovery.ts";
export {
  fieldSelectorRequirement,
  labelSelector,
  labelSelectorRequirement,
  type FieldSelectorRequirement,
  type LabelSelector,
  type LabelSelectorRequirement,
} from "./label-selector.ts";
export { listMeta, shardInfo, type ListMeta, type ShardInfo } from "./list-meta.ts";
export {
  managedFieldsEntry,
  objectMeta,
  ownerReference,
  type ManagedFieldsEntry,
  type ObjectMeta,
  type OwnerReference,
} from "./object-meta.ts";
export { type List, list } from "./list.ts";
export {
  type GroupVersionKind,
  groupVersionKind,
  type GroupVersionResource,
  groupVersionResource,
} from "./group-version.ts";
export {
  createOptions,
  deleteOptions,
  getOptions,
  listOptions,
  patchOptions,
  preconditions,
  updateOptions,
  type CreateOptions,
  type DeleteOptions,
  type GetOptions,
  type ListOptions,
  type PatchOptions,
  type Preconditions,
  type UpdateOptions,
} from "./options.ts";
export {
  status,
  statusCause,
  statusDetails,
  type Status,
  type StatusCause,
  type StatusDetails,
} from "./status.ts";
export { type WatchEvent, watchEvent } from "./watch-event.ts";
