import { assert } from "#base";
import type { ObjectKey } from "#api";

/** What a path is made of; every declared kind has it. */
export interface KindAddress {
  readonly kind: string;
  readonly package: { readonly group: string; readonly version: string };
  readonly resource?: { readonly name: string; readonly namespaced: boolean } | undefined;
}

/** The path of a resource's collection; an empty namespace means all of them. */
export function collectionPath(kind: KindAddress, namespace: string): string {
  const { group, version } = kind.package;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const resource = resourceOf(kind);
  const scope =
    resource.namespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${resource.name}`;
}

/** The path of one object, or of one of its subresources. */
export function objectPath(kind: KindAddress, key: ObjectKey, subresource?: string): string {
  const path = `${collectionPath(kind, key.namespace)}/${encodeURIComponent(key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** Appends the parameters that are present, in the given order. */
export function withQuery(
  path: string,
  parameters: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter !== undefined) query.append(name, String(parameter));
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

function resourceOf(kind: KindAddress) {
  assert(kind.resource !== undefined, `kind ${kind.kind} is served as a resource`);
  return kind.resource;
}
