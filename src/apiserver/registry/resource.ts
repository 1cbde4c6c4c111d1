import type { AnyKind, KindVersions, ResourceName } from "#api";
import type { ObjectHead } from "../objects/object-bytes.ts";
import type { ResourceBehavior } from "./behavior.ts";
import type { VersionView } from "./version-view.ts";

/** Where a resource is served. */
export interface ResourceAddress {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural: `deployments`. */
  readonly name: string;
}

/** A resource seen through the objects of another. */
interface ResourceView extends Pick<VersionView, "toStored" | "fromStored"> {
  readonly stored: Resource;
}

/** A resource that is served and stored: its declaration and how it behaves. */
export interface Resource extends ResourceAddress {
  readonly kind: AnyKind;
  readonly namespaced: boolean;
  readonly behavior: ResourceBehavior;
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  /** How errors call the resource and the kind. */
  readonly resourceName: ResourceName;
  readonly kindName: ResourceName;
  /** Where the objects are in the store, with a final slash: `/registry/apps/deployments/`. */
  readonly storePrefix: string;
  /** The bytes that every encoded object starts with. */
  readonly head: ObjectHead;
  /** Set when the objects are stored as those of another resource. */
  readonly view: ResourceView | undefined;
  /** In which versions the objects can be seen: field ownership is told in each of them. */
  readonly versions: KindVersions;
}
