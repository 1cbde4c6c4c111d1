/**
 * kubeconfig files: one of our own in each data directory, and our context merged into the one that
 * the person uses. What others keep there stays; only entries with our name change.
 */
import { dump, load, YAML11_SCHEMA } from "js-yaml";
import type { Disk } from "#base";
import type { ApiAccess, ApiEndpoint } from "./command.ts";

interface NamedEntry {
  readonly name: string;
  readonly [field: string]: unknown;
}

interface Kubeconfig {
  readonly clusters: readonly NamedEntry[];
  readonly contexts: readonly NamedEntry[];
  readonly users: readonly NamedEntry[];
  readonly [field: string]: unknown;
}

/** The text of a kubeconfig that holds nothing but `access`, under the name `name`. */
export function formatKubeconfig(name: string, access: ApiAccess): string {
  return dump(entriesOf(name, access));
}

/** `text` with our entries added or replaced, and our context made the current one. */
export function mergeKubeconfig(text: string, name: string, access: ApiAccess): string {
  const before = parse(text);
  const own = entriesOf(name, access);
  return dump({
    ...before,
    clusters: replaceNamed(before.clusters, own.clusters),
    contexts: replaceNamed(before.contexts, own.contexts),
    users: replaceNamed(before.users, own.users),
    "current-context": name,
  });
}

/** `text` without our entries; undefined when nothing is left in it. */
export function withoutKubeconfig(text: string, name: string): string | undefined {
  const before = parse(text);
  const others = (entries: readonly NamedEntry[]) => entries.filter((entry) => entry.name !== name);
  const after = {
    ...before,
    clusters: others(before.clusters),
    contexts: others(before.contexts),
    users: others(before.users),
    "current-context": before["current-context"] === name ? "" : before["current-context"],
  };
  if (after.clusters.length + after.contexts.length + after.users.length === 0) return undefined;
  return dump(after);
}

/** How to reach the cluster that the only entry of a kubeconfig of ours names. */
export function parseAccess(text: string): ApiAccess {
  const config = parse(text);
  const cluster = fieldsOf(fieldsOf(config.clusters[0])["cluster"]);
  const user = fieldsOf(fieldsOf(config.users[0])["user"]);
  return {
    server: String(cluster["server"]),
    authority: fromBase64(cluster["certificate-authority-data"]),
    certificate: fromBase64(user["client-certificate-data"]),
    key: fromBase64(user["client-key-data"]),
  };
}

/** Reads the kubeconfig in a data directory; throws when the cluster was never up. */
export async function readAccess(disk: Disk, path: string): Promise<ApiAccess> {
  const bytes = await disk.findFile(path);
  if (bytes === undefined) throw new Error(`${path} is missing; run "wherry up" first`);
  return parseAccess(new TextDecoder().decode(bytes));
}

/** The way to a cluster of ours. */
export function endpointOf({ server, authority, certificate, key }: ApiAccess): ApiEndpoint {
  const tls = {
    authorities: authority,
    verification: "full",
    serverName: undefined,
    identity: { certificate, key },
  } as const;
  return { server, tls: () => tls, headers: async () => ({}), tunnel: undefined };
}

function entriesOf(name: string, access: ApiAccess): Kubeconfig {
  const cluster = {
    server: access.server,
    "certificate-authority-data": btoa(access.authority),
  };
  const user = {
    "client-certificate-data": btoa(access.certificate),
    "client-key-data": btoa(access.key),
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user }],
    "current-context": name,
  };
}

function replaceNamed(
  before: readonly NamedEntry[],
  own: readonly NamedEntry[],
): readonly NamedEntry[] {
  const names = new Set(own.map((entry) => entry.name));
  return [...before.filter((entry) => !names.has(entry.name)), ...own];
}

function parse(text: string): Kubeconfig {
  const found = text.trim() === "" ? {} : fieldsOf(load(text, { schema: YAML11_SCHEMA }));
  return {
    apiVersion: "v1",
    kind: "Config",
    preferences: {},
    ...found,
    clusters: namedEntries(found["clusters"], "clusters"),
    contexts: namedEntries(found["contexts"], "contexts"),
    users: namedEntries(found["users"], "users"),
  };
}

function namedEntries(value: unknown, field: string): readonly NamedEntry[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error(`kubeconfig: ${field} is not a list`);
  return value.map((entry) => ({ ...fieldsOf(entry), name: String(fieldsOf(entry)["name"]) }));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("kubeconfig: expected a mapping");
  }
  return Object.fromEntries(Object.entries(value));
}

function fromBase64(value: unknown): string {
  if (typeof value !== "string") throw new Error("kubeconfig: credentials are missing");
  return atob(value);
}
