import { assert } from "#base";
import type { AnyKind, ObjectKey } from "#api";

/** The path of a resource's collection; an empty namespace means all of them. */
export function collectionPath(kind: AnyKind, namespace: string): string {
  const { group, version } = kind.package;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const resource = resourceOf(kind);
  const scope =
    resource.namespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${resource.name}`;
}

/** The path of one object, or of one of its subresources. */
export function objectPath(kind: AnyKind, key: ObjectKey, subresource?: string): string {
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

function resourceOf(kind: AnyKind) {
  assert(kind.resource !== undefined, `kind ${kind.kind} is served as a resource`);
  return kind.resource;
}
