/**
 * Discovery: what a server offers, in the two forms that clients ask for.
 *
 * The legacy form is one document for each path; the aggregated form (`apidiscovery.k8s.io/v2`)
 * answers `/api` and `/apis` with everything at once. Both come from the resources of the kinds, in
 * the order of the catalog, which is the order in which `kubectl` looks names up.
 */

import { compareText } from "#base";
import type { ResourceKind } from "../catalog.ts";
import { apiVersionOf } from "../codec/type-meta.ts";
import { base64Of, utf8Of } from "../codec/scalars.ts";
import type { JsonObject, SubresourceFacts } from "../schema/schema.ts";

export interface DiscoveryDocuments {
  /** By path: `/api`, `/apis`, `/apis/{group}`, `/api/v1`, `/apis/{group}/{version}`. */
  readonly legacy: ReadonlyMap<string, JsonObject>;
  /** By path, `/api` and `/apis`: `APIGroupDiscoveryList`s. */
  readonly aggregated: ReadonlyMap<string, JsonObject>;
}

export interface DiscoveryOptions {
  /** Host and port by which clients outside of the cluster reach the server. */
  readonly serverAddress: string;
  /** Groups whose resources are not declared: they are named here, and listed elsewhere. */
  readonly dynamicGroups: readonly DynamicGroupFacts[];
}

export interface DynamicGroupFacts {
  readonly name: string;
  /** In order of preference. */
  readonly versions: readonly string[];
}

interface Version {
  readonly group: string;
  readonly version: string;
  readonly kinds: readonly ResourceKind[];
}

/** The documents for a server that serves the resources of `kinds`. */
export async function discoveryOf(
  kinds: readonly ResourceKind[],
  options: DiscoveryOptions,
): Promise<DiscoveryDocuments> {
  const versions = versionsOf(kinds);
  const groups = Map.groupBy(
    versions.filter(({ group }) => group !== ""),
    ({ group }) => group,
  );
  const legacy = new Map<string, JsonObject>();
  legacy.set("/api", coreVersions(options));
  const dynamic = options.dynamicGroups.map(versionsOfDynamic);
  const served = [...groups.values(), ...dynamic];
  legacy.set("/apis", groupList(served));
  for (const group of served.map(legacyGroup)) {
    legacy.set(`/apis/${group.name}`, { kind: "APIGroup", apiVersion: "v1", ...group });
  }
  for (const version of versions) legacy.set(pathOf(version), await resourceList(version));
  const core = versions.filter(({ group }) => group === "");
  const aggregated = new Map([
    ["/api", aggregatedList([core])],
    ["/apis", aggregatedList(served)],
  ]);
  return { legacy, aggregated };
}

/** The path under which the resources of a version are: `/api/v1`, `/apis/apps/v1`. */
function pathOf({ group, version }: Version): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

function versionsOf(kinds: readonly ResourceKind[]): readonly Version[] {
  const byVersion = Map.groupBy(kinds, (kind) => apiVersionOf(kind));
  return [...byVersion.values()].flatMap((served) => {
    const [first] = served;
    if (first === undefined) return [];
    const sorted = [...served].sort((a, b) => compareText(a.resource.name, b.resource.name));
    return [{ group: first.package.group, version: first.package.version, kinds: sorted }];
  });
}

function versionsOfDynamic({ name, versions }: DynamicGroupFacts): readonly Version[] {
  return versions.map((version) => ({ group: name, version, kinds: [] }));
}

function coreVersions({ serverAddress }: DiscoveryOptions): JsonObject {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress }],
  };
}

function groupList(groups: readonly (readonly Version[])[]): JsonObject {
  return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map(legacyGroup) };
}

/** Versions stand in order of preference. */
function legacyGroup(versions: readonly Version[]) {
  const named = versions.map(({ group, version }) => ({
    groupVersion: `${group}/${version}`,
    version,
  }));
  return {
    name: versions[0]?.group ?? "",
    versions: named,
    preferredVersion: named[0],
  };
}

async function resourceList(version: Version): Promise<JsonObject> {
  const resources: JsonObject[] = [];
  for (const kind of version.kinds) {
    resources.push(await legacyResource(kind), ...legacySubresources(kind));
  }
  const groupVersion =
    version.group === "" ? version.version : `${version.group}/${version.version}`;
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

async function legacyResource(kind: ResourceKind): Promise<JsonObject> {
  const { resource } = kind;
  // Only what is stored has a version to be stored in.
  const isStored = resource.verbs.includes("get") && resource.verbs.includes("create");
  return {
    name: resource.name,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: kind.kind,
    verbs: resource.verbs,
    ...(resource.shortNames === undefined ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories === undefined ? {} : { categories: resource.categories }),
    ...(isStored ? { storageVersionHash: await storageVersionHash(kind) } : {}),
  };
}

function legacySubresources({ resource }: ResourceKind): readonly JsonObject[] {
  return subresourcesOf(resource.subresources).map(([name, facts]) => ({
    name: `${resource.name}/${name}`,
    singularName: "",
    namespaced: resource.namespaced,
    ...(facts.group === undefined ? {} : { group: facts.group }),
    ...(facts.version === undefined ? {} : { version: facts.version }),
    kind: facts.kind,
    verbs: facts.verbs,
  }));
}

function subresourcesOf(
  subresources: Readonly<Record<string, SubresourceFacts>> | undefined,
): readonly (readonly [string, SubresourceFacts])[] {
  return Object.entries(subresources ?? {}).sort(([left], [right]) => compareText(left, right));
}

/** Kinds that are stored as another version or group than the one that is asked. */
const storedAs: ReadonlyMap<string, string> = new Map([
  ["autoscaling/v1/HorizontalPodAutoscaler", "autoscaling/v2/HorizontalPodAutoscaler"],
  ["events.k8s.io/v1/Event", "/v1/Event"],
]);
const storageHashBytes = 8;

/** A digest of the version that objects are stored in: clients compare it, and nothing else. */
async function storageVersionHash(kind: ResourceKind): Promise<string> {
  const { group, version } = kind.package;
  const own = `${group}/${version}/${kind.kind}`;
  const bytes = new Uint8Array(utf8Of(storedAs.get(own) ?? own));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return base64Of(new Uint8Array(digest, 0, storageHashBytes));
}

function aggregatedList(groups: readonly (readonly Version[])[]): JsonObject {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map((versions) => ({
      metadata: versions[0]?.group ? { name: versions[0].group } : {},
      versions: versions.map(({ version, kinds }) => ({
        version,
        resources: kinds.map(aggregatedResource),
        freshness: "Current",
      })),
    })),
  };
}

function aggregatedResource({ kind, resource }: ResourceKind): JsonObject {
  const subresources = subresourcesOf(resource.subresources).map(([name, facts]) => ({
    subresource: name,
    responseKind: responseKind(facts),
    verbs: facts.verbs,
  }));
  return {
    resource: resource.name,
    responseKind: responseKind({ kind }),
    scope: resource.namespaced ? "Namespaced" : "Cluster",
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames === undefined ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories === undefined ? {} : { categories: resource.categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** Empty group and version mean those of the resource. */
function responseKind(facts: Pick<SubresourceFacts, "group" | "version" | "kind">): JsonObject {
  return { group: facts.group ?? "", version: facts.version ?? "", kind: facts.kind };
}
