import type { User } from "../authentication.ts";

export const authenticatedGroup = "system:authenticated";
export const unauthenticatedGroup = "system:unauthenticated";
export const anonymousName = "system:anonymous";

/** Who sends no credentials. */
export const anonymousUser: User = {
  name: anonymousName,
  uid: "",
  groups: [unauthenticatedGroup],
  extra: new Map(),
};

/** The user with the group that everybody has who is known. */
export function asAuthenticated(user: User): User {
  if (user.groups.includes(authenticatedGroup)) return user;
  return { ...user, groups: [...user.groups, authenticatedGroup] };
}
