/**
 * The context of a kubeconfig that a command is about, as kubectl finds it: several files are one,
 * and of two entries with the same name the first counts. Paths in a file are relative to it.
 */
import { load, YAML11_SCHEMA } from "js-yaml";

export interface KubeconfigFile {
  readonly path: string;
  readonly text: string;
}

/** Fields of a cluster or a user, and the directory that paths in it start from. */
export interface KubeconfigEntry {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly directory: string;
}

export interface KubeconfigContext {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly clusterName: string;
  readonly cluster: KubeconfigEntry;
  readonly user: KubeconfigEntry;
}

/**
 * The context called `wanted`, or the current one. Undefined when none is current. Throws when the
 * files have no such context, or not what it refers to.
 */
export function chooseContext(
  files: readonly KubeconfigFile[],
  wanted: string | undefined,
): KubeconfigContext | undefined {
  const parsed = files.map(({ path, text }) => ({
    directory: path.slice(0, path.lastIndexOf("/")),
    config: mappingOf(text.trim() === "" ? {} : load(text, { schema: YAML11_SCHEMA }), path),
  }));
  const current = parsed.map(({ config }) => textOf(config["current-context"])).find(Boolean);
  const name = wanted ?? current;
  if (name === undefined) return undefined;
  const find = (section: string, field: string, wantedName: string) => {
    for (const { directory, config } of parsed) {
      const entry = listOf(config[section]).find((item) => item["name"] === wantedName);
      if (entry !== undefined) return { fields: mappingOf(entry[field] ?? {}, section), directory };
    }
    return undefined;
  };
  const context = find("contexts", "context", name)?.fields;
  if (context === undefined) throw new Error(`context "${name}" does not exist`);
  const clusterName = textOf(context["cluster"]) ?? "";
  const userName = textOf(context["user"]) ?? "";
  const cluster = find("clusters", "cluster", clusterName);
  if (cluster === undefined) {
    throw new Error(`context "${name}" is of cluster "${clusterName}", which does not exist`);
  }
  const user = find("users", "user", userName);
  if (user === undefined && userName !== "") {
    throw new Error(`context "${name}" is of user "${userName}", which does not exist`);
  }
  const namespace = textOf(context["namespace"]);
  const nobody = { fields: {}, directory: "" };
  return { name, namespace, clusterName, cluster, user: user ?? nobody };
}

/** A text of an entry; undefined where it is absent or empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map((item) => mappingOf(item, "list")) : [];
}

export function mappingOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value));
  }
  throw new Error(`kubeconfig: ${where}: expected a mapping`);
}
