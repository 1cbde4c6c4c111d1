/** The resources that are served, found by address, by kind and by store key. */

import { type AnyKind, singleVersion } from "#api";
import { assert } from "#base";
import { objectHeadOf } from "../objects/object-bytes.ts";
import { type BehaviorEntry, completed, genericBehavior } from "./behavior.ts";
import type { Resource, ResourceAddress } from "./resource.ts";
import { kindVersionsOf, type VersionView } from "./version-view.ts";

/** Every key of the store that the API server writes starts with this. */
export const storeRoot = "/registry/";

export interface Catalog {
  readonly resources: readonly Resource[];
  find(address: ResourceAddress): Resource | undefined;
  /** Throws for a kind that is not served; for parts of the server that know their kinds. */
  get(kind: AnyKind): Resource;
  /** The resource among whose objects the key is. */
  findByStoreKey(key: string): Resource | undefined;
}

/** The catalog of all `kinds` that are resources. */
export function catalogOf(
  kinds: readonly AnyKind[],
  entries: readonly BehaviorEntry[],
  views: readonly VersionView[],
): Catalog {
  const behaviors = new Map<AnyKind, BehaviorEntry["behavior"]>();
  for (const { kind, behavior } of entries) {
    behaviors.set(kind, completed(behaviors.get(kind) ?? {}, behavior));
  }
  const own = kinds.flatMap((kind) => {
    const resource = resourceOf(kind, behaviors.get(kind));
    return resource === undefined ? [] : [resource];
  });
  const resources = withViews(own, views);
  const byAddress = new Map(resources.map((resource) => [addressKey(resource), resource]));
  const byKind = new Map(resources.map((resource) => [resource.kind, resource]));
  const byPrefix = new Map(
    resources
      .filter(({ view }) => view === undefined)
      .map((resource) => [resource.storePrefix, resource]),
  );
  return {
    resources,
    find: (address) => byAddress.get(addressKey(address)),
    get: (kind) => {
      const resource = byKind.get(kind);
      assert(resource !== undefined, `kind ${kind.kind} is served`);
      return resource;
    },
    findByStoreKey: (key) => byPrefix.get(prefixOf(key)),
  };
}

/** Views are where the objects are that they show. */
function withViews(
  resources: readonly Resource[],
  views: readonly VersionView[],
): readonly Resource[] {
  const versioned = resources.map((resource) => ({
    ...resource,
    versions: kindVersionsOf(resource.kind, views),
  }));
  return versioned.map((resource) => {
    const view = views.find(({ kind }) => kind === resource.kind);
    const stored = versioned.find(({ kind }) => kind === view?.storedKind);
    if (view === undefined || stored === undefined) return resource;
    const { toStored, fromStored } = view;
    const { storePrefix } = stored;
    return { ...resource, storePrefix, view: { stored, toStored, fromStored } };
  });
}

function resourceOf(kind: AnyKind, behavior: BehaviorEntry["behavior"] = {}): Resource | undefined {
  if (kind.resource === undefined) return undefined;
  const { group, version } = kind.package;
  const { name, namespaced } = kind.resource;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return {
    group,
    version,
    name,
    kind,
    namespaced,
    apiVersion,
    behavior: { ...genericBehavior, ...behavior },
    resourceName: { group, name },
    kindName: { group, name: kind.kind },
    storePrefix: `${storeRoot}${group === "" ? "core" : group}/${name}/`,
    head: objectHeadOf(kind.kind, apiVersion),
    view: undefined,
    versions: singleVersion(kind),
  };
}

function addressKey({ group, version, name }: ResourceAddress): string {
  return `${group}/${version}/${name}`;
}

/** `/registry/apps/deployments/` of `/registry/apps/deployments/default/web`. */
function prefixOf(key: string): string {
  const groupEnd = key.indexOf("/", storeRoot.length);
  return key.slice(0, key.indexOf("/", groupEnd + 1) + 1);
}
