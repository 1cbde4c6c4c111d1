import type { SecretOrConfigMap } from "#api/monitoring/v1";
import { InvalidObjectError } from "./refusal.ts";

/** A key of a Secret or ConfigMap. */
export interface EntrySelector {
  readonly name?: string | undefined;
  readonly key: string;
}

/** What one Secret or ConfigMap says, by key. */
export type EntryTexts = Pick<ReadonlyMap<string, string>, "get">;

/** As whom the engine itself speaks with parts of the cluster: files of its own. */
export interface OwnIdentity {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** What an object may use: the Secrets and ConfigMaps of its namespace, and the engine's identity. */
export interface Entries {
  readonly identity: OwnIdentity;
  /** Undefined: there is no such object. */
  findSecret(name: string): EntryTexts | undefined;
  findConfigMap(name: string): EntryTexts | undefined;
}

/** The value of an entry. Throws `InvalidObjectError` when it is not there. */
export function secretText(entries: Entries, { name = "", key }: EntrySelector): string {
  return textOf("secret", name, key, entries.findSecret(name));
}

export function secretOrConfigMapText(
  entries: Entries,
  { secret, configMap }: SecretOrConfigMap,
): string {
  if (secret !== undefined && configMap !== undefined) {
    throw new InvalidObjectError("cannot specify both Secret and ConfigMap");
  }
  if (secret !== undefined) return secretText(entries, secret);
  if (configMap === undefined) return "";
  const { name = "", key } = configMap;
  return textOf("configmap", name, key, entries.findConfigMap(name));
}

function textOf(
  kind: "secret" | "configmap",
  name: string,
  key: string,
  content: EntryTexts | undefined,
): string {
  const shown = JSON.stringify(name);
  if (content === undefined) {
    throw new InvalidObjectError(`unable to get ${kind} ${shown}: ${kind}s ${shown} not found`);
  }
  const text = content.get(key);
  if (text === undefined) {
    throw new InvalidObjectError(`key ${JSON.stringify(key)} in ${kind} ${shown} not found`);
  }
  return text;
}
