import type { SecretOrConfigMap } from "#api/monitoring/v1";
import { InvalidObjectError } from "./refusal.ts";

/** A key of a Secret or ConfigMap. */
export interface EntrySelector {
  readonly name?: string | undefined;
  readonly key: string;
}

/** What Secrets and ConfigMaps of one namespace say. Undefined: there is no such object, or no such key. */
export interface Entries {
  findSecret(name: string): ReadonlyMap<string, string> | undefined;
  findConfigMap(name: string): ReadonlyMap<string, string> | undefined;
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
  content: ReadonlyMap<string, string> | undefined,
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
