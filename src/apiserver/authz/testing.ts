/** Requests in one line, for tests of authorization. */

import type { AccessAttributes } from "../authorization.ts";

/**
 * `get apps:deployments/web/scale in team?fieldSelector`: verb, group, resource, name, subresource,
 * namespace and field selector; or `get /healthz`.
 */
export function accessOf(text: string): AccessAttributes {
  const [, verb = "", what = "", , namespace = "", , fieldSelector = ""] =
    /^(\S+) (\S+?)( in ([a-z-]+))?(\?(.*))?$/.exec(text) ?? [];
  if (what.startsWith("/")) return { kind: "path", verb, path: what };
  const [, , group = "", resource = "", , name = "", , subresource = ""] =
    /^((.*):)?([a-z]+)(\/([^/]*))?(\/(.*))?$/.exec(what) ?? [];
  return {
    kind: "resource",
    verb,
    group,
    version: "v1",
    resource,
    subresource,
    namespace,
    name,
    labelSelector: "",
    fieldSelector,
  };
}
