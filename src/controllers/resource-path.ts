/** Which resource a kind is: what upstream's mapper finds out from discovery. */

import { allKinds, type AnyKind, hasReason, type JsonValue, listAt, textAt, valueAt } from "#api";
import type { Client } from "#client";

export interface ResourcePath {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural: `deployments`. */
  readonly resource: string;
}

interface KindReference {
  /** The version counts for nothing: a kind is the same in all of them. */
  readonly apiVersion: string;
  readonly kind: string;
}

/** Throws in upstream's words when nothing that is served has this kind. */
export async function findResourcePath(
  client: Client,
  reference: KindReference,
  signal: AbortSignal,
): Promise<ResourcePath> {
  const { apiVersion, kind } = reference;
  const parts = apiVersion.split("/");
  if (parts.length > 2) throw new Error(`unexpected GroupVersion string: ${apiVersion}`);
  const [group = ""] = parts.length === 2 ? parts : [""];
  const declared = allKinds.find((one) => one.kind === kind && one.package.group === group);
  const known = declared === undefined ? undefined : pathOf(declared);
  const found = known ?? (await discover(client, group, kind, signal));
  if (found === undefined) {
    throw new Error(`no matches for kind "${kind}" in group "${group}"`);
  }
  return found;
}

function pathOf({ package: { group, version }, resource }: AnyKind): ResourcePath | undefined {
  return resource === undefined ? undefined : { group, version, resource: resource.name };
}

/** Kinds that come and go with their definitions are only known to discovery. */
async function discover(
  client: Client,
  group: string,
  kind: string,
  signal: AbortSignal,
): Promise<ResourcePath | undefined> {
  if (group === "") return undefined;
  const served = await findDocument(client, `/apis/${group}`, signal);
  for (const entry of listAt(served, "versions")) {
    const version = textAt(entry, "version");
    const list = await findDocument(client, `/apis/${group}/${version}`, signal);
    const match = listAt(list, "resources").find(
      (one) => valueAt(one, "kind") === kind && !textAt(one, "name").includes("/"),
    );
    if (match !== undefined) return { group, version, resource: textAt(match, "name") };
  }
  return undefined;
}

async function findDocument(
  client: Client,
  target: string,
  signal: AbortSignal,
): Promise<JsonValue | undefined> {
  try {
    return await client.exchange({ method: "GET", target }, signal);
  } catch (error) {
    // A group that nobody serves has no kinds.
    if (!hasReason(error, "NotFound")) throw error;
    return undefined;
  }
}
