/** What one RBAC rule allows. Pure; the meaning of wildcards is upstream's. */

import type { PolicyRule } from "#api/rbac/v1";
import type { AccessAttributes, PathAccess, ResourceAccess } from "../../authorization.ts";

export const everything = "*";

export function ruleAllows(rule: PolicyRule, access: AccessAttributes): boolean {
  if (!includes(rule.verbs, access.verb)) return false;
  return access.kind === "resource" ? coversResource(rule, access) : coversPath(rule, access);
}

function coversResource(rule: PolicyRule, access: ResourceAccess): boolean {
  return (
    includes(rule.apiGroups, access.group) &&
    coversKind(rule.resources ?? [], access) &&
    coversName(rule.resourceNames ?? [], access.name)
  );
}

/** `pods`, `pods/log`, `*` for all resources with their subresources, `*\/log` for one of all. */
function coversKind(resources: readonly string[], { resource, subresource }: ResourceAccess) {
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  return resources.some(
    (one) =>
      one === everything || one === full || (subresource !== "" && one === `*/${subresource}`),
  );
}

function coversName(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}

function coversPath({ nonResourceURLs = [] }: PolicyRule, { path }: PathAccess): boolean {
  return nonResourceURLs.some((url) => coversUrl(url, path));
}

/** Whether a rule for `url`, perhaps with stars at its end, covers the path. */
export function coversUrl(url: string, path: string): boolean {
  if (url === everything || url === path) return true;
  if (!url.endsWith("*")) return false;
  return path.startsWith(url.replace(/(?<!\*)\*+$/, ""));
}

function includes(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes(everything) || list.includes(value));
}
