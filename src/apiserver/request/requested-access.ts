import type { AccessAttributes } from "../authorization.ts";
import type { RequestTarget } from "./request-target.ts";

/** What a request wants to do, as the authorizer sees it. */
export function requestedAccess(target: RequestTarget): AccessAttributes {
  if (target.kind === "path") return { kind: "path", verb: target.verb, path: target.path };
  const { verb, group, version, resource, subresource, namespace, query } = target;
  const fieldSelector = query.get("fieldSelector") ?? "";
  const selectsMany = verb === "list" || verb === "watch" || verb === "deletecollection";
  // A rule that names an object allows to list and watch just that one.
  const isLookingForOne = verb === "list" || verb === "watch";
  const named = /^metadata\.name==?([^,=]+)$/.exec(fieldSelector)?.[1];
  return {
    kind: "resource",
    verb,
    group,
    version,
    resource,
    subresource,
    namespace,
    name: target.name === "" && isLookingForOne ? (named ?? "") : target.name,
    labelSelector: selectsMany ? (query.get("labelSelector") ?? "") : "",
    fieldSelector: selectsMany ? fieldSelector : "",
  };
}
