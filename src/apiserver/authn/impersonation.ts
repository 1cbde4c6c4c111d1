/** Acting as somebody else: the `Impersonate-…` headers, and who may send them. */

import { badRequest } from "#api";
import type { Headers } from "#base";
import { findHeader, listHeader } from "#http";
import type { User } from "../authentication.ts";
import type { Authorizer, ResourceAccess } from "../authorization.ts";
import { accessRefusal } from "../authz/access-refusal.ts";
import { anonymousName, authenticatedGroup, unauthenticatedGroup } from "./groups.ts";
import { serviceAccountGroups } from "./service-account-tokens.ts";

/** Whom a request wants to act as. */
export interface Impersonation {
  readonly name: string;
  /** Empty when the headers name none. */
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

const extraPrefix = "impersonate-extra-";
const serviceAccountForm = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** What the headers ask for; undefined when nothing. Throws BadRequest when they name no user. */
export function findImpersonation(headers: Headers): Impersonation | undefined {
  const name = findHeader(headers, "impersonate-user") ?? "";
  const uid = findHeader(headers, "impersonate-uid") ?? "";
  const groups = listHeader(headers, "impersonate-group");
  const extra = extrasOf(headers);
  if (name !== "") return { name, uid, groups, extra };
  if (uid === "" && groups.length === 0 && extra.size === 0) return undefined;
  throw badRequest("requested impersonation of groups, uid or extras without impersonating a user");
}

/** The user that a request acts as. Throws Forbidden for the first thing that is not permitted. */
export async function impersonate(
  authorizer: Authorizer,
  user: User,
  wanted: Impersonation,
  signal: AbortSignal,
): Promise<User> {
  for (const access of accessesOf(wanted)) {
    const decision = await authorizer.authorize(user, access, signal);
    if (!decision.allowed) throw accessRefusal(user, access, decision.reason);
  }
  return userOfImpersonation(wanted);
}

/** Everything that has to be permitted, each as its own access. Pure. */
export function accessesOf(wanted: Impersonation): readonly ResourceAccess[] {
  const [, namespace, account] = serviceAccountForm.exec(wanted.name) ?? [];
  const who =
    namespace === undefined || account === undefined
      ? accessTo({ resource: "users", name: wanted.name })
      : accessTo({ resource: "serviceaccounts", namespace, name: account });
  const own = { group: "authentication.k8s.io" };
  return [
    who,
    ...wanted.groups.map((name) => accessTo({ resource: "groups", name })),
    ...(wanted.uid === "" ? [] : [accessTo({ ...own, resource: "uids", name: wanted.uid })]),
    ...[...wanted.extra].flatMap(([subresource, values]) =>
      values.map((name) => accessTo({ ...own, resource: "userextras", subresource, name })),
    ),
  ];
}

/** The user with the groups that come with the name. Pure. */
export function userOfImpersonation({ name, uid, groups, extra }: Impersonation): User {
  const [, namespace] = serviceAccountForm.exec(name) ?? [];
  const named =
    groups.length === 0 && namespace !== undefined ? serviceAccountGroups(namespace) : groups;
  const common = name === anonymousName ? unauthenticatedGroup : authenticatedGroup;
  const isSaid = named.includes(authenticatedGroup) || named.includes(unauthenticatedGroup);
  return { name, uid, groups: isSaid ? named : [...named, common], extra };
}

function accessTo(what: Partial<ResourceAccess> & Pick<ResourceAccess, "resource" | "name">) {
  return {
    kind: "resource",
    verb: "impersonate",
    group: "",
    version: "v1",
    subresource: "",
    namespace: "",
    labelSelector: "",
    fieldSelector: "",
    ...what,
  } as const;
}

/** Keys are percent-encoded where a header name cannot hold them. */
function extrasOf(headers: Headers): ReadonlyMap<string, readonly string[]> {
  const extra = new Map<string, readonly string[]>();
  for (const header of Object.keys(headers)) {
    if (!header.startsWith(extraPrefix)) continue;
    extra.set(decodeKey(header.slice(extraPrefix.length)), listHeader(headers, header));
  }
  return extra;
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key).toLowerCase();
  } catch (error) {
    // What cannot be decoded means itself, as upstream has it.
    if (error instanceof URIError) return key;
    throw error;
  }
}
