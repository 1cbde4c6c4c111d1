/** Bootstrap tokens: `{id}.{secret}`, each kept in a Secret of `kube-system` until it expires. */

import { parseTime, ValueError } from "#api";
import { type Secret, secret } from "#api/core/v1";
import type { Clock } from "#base";
import { type User, userOf } from "../authentication.ts";
import type { Objects } from "../objects/objects.ts";
import { isSameSecret } from "./secret-comparison.ts";
import type { TokenReader } from "./token-verdict.ts";

const tokenForm = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const groupForm = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
const secretType = "bootstrap.kubernetes.io/token";
const defaultGroup = "system:bootstrappers";

export interface BootstrapTokensDeps {
  readonly objects: Objects;
  readonly clock: Clock;
  /** What the tokens are good for. */
  readonly audiences: readonly string[];
}

export function bootstrapTokens(deps: BootstrapTokensDeps): TokenReader {
  return {
    async read(token, audiences) {
      const [, id, key] = tokenForm.exec(token) ?? [];
      if (id === undefined || key === undefined) return { kind: "unknown" };
      const name = `bootstrap-token-${id}`;
      const found = await deps.objects.find(secret, { namespace: "kube-system", name });
      if (found === undefined) return { kind: "unknown" };
      const user = findUser(found, { id, key }, deps.clock.nowMs());
      if (user === undefined) return { kind: "unknown" };
      const good = audiences.filter((audience) => deps.audiences.includes(audience));
      return good.length === 0 ? { kind: "unknown" } : { kind: "genuine", user, audiences: good };
    },
  };
}

/** Whom a secret lets in with this token; undefined when it does not. Pure. */
export function findUser(
  { metadata, type, data = {} }: Secret,
  token: { readonly id: string; readonly key: string },
  nowMs: number,
): User | undefined {
  const text = (name: string) => (Object.hasOwn(data, name) ? atob(data[name] ?? "") : "");
  const isUsable =
    type === secretType &&
    metadata?.deletionTimestamp === undefined &&
    text("token-id") === token.id &&
    isSameSecret(text("token-secret"), token.key) &&
    !isExpired(text("expiration"), nowMs) &&
    text("usage-bootstrap-authentication") === "true";
  if (!isUsable) return undefined;
  const extra = text("auth-extra-groups")
    .split(",")
    .filter((group) => group !== "");
  if (!extra.every((group) => groupForm.test(group))) return undefined;
  return userOf(`system:bootstrap:${token.id}`, ...new Set([defaultGroup, ...extra]));
}

function isExpired(expiration: string, nowMs: number): boolean {
  if (expiration === "") return false;
  try {
    return parseTime(expiration) <= nowMs;
  } catch (error) {
    // Nobody can say when it ends, so it has ended.
    if (error instanceof ValueError) return true;
    throw error;
  }
}
