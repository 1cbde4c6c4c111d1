import { forbidden, StatusError } from "#api";
import type { User } from "../authentication.ts";
import type { AccessAttributes } from "../authorization.ts";

/** The refusal of a request in upstream's words; `reason` is the authorizer's, if it has one. */
export function accessRefusal(user: User, access: AccessAttributes, reason: string): StatusError {
  const subject = `User ${JSON.stringify(user.name)} cannot`;
  const because = reason === "" ? "" : `: ${reason}`;
  if (access.kind === "path") {
    const message = `forbidden: ${subject} ${access.verb} path ${JSON.stringify(access.path)}${because}`;
    return new StatusError("Forbidden", message, { details: {} });
  }
  const { group, resource, subresource, namespace, name, verb } = access;
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  const scope =
    namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  const what = `resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)} ${scope}`;
  return forbidden({ group, name: resource }, name, `${subject} ${verb} ${what}${because}`);
}
