/**
 * Issues and verifies service-account tokens.
 *
 * A token is good as long as it says, and as long as the service account, and the object it is bound
 * to, are there under the same uid. Only the signature is remembered: everything else is looked at
 * with each request, so that a token dies with its pod.
 */

import { type AnyKind, type ObjectKey, parseTime } from "#api";
import { node, pod, secret, serviceAccount } from "#api/core/v1";
import { type Clock, type Random, uuid } from "#base";
import type { ObjectMeta } from "#api/meta/v1";
import type { User } from "../authentication.ts";
import type { Objects } from "../objects/objects.ts";
import type {
  BoundObject,
  IssuedToken,
  PublicKey,
  TokenClaims,
  TokenIssuer,
} from "../token-issuer.ts";
import {
  claimsToSign,
  decodeClaims,
  encodeClaims,
  type ServiceAccountClaims,
} from "./service-account-claims.ts";
import type { TokenReader, TokenVerdict } from "./token-verdict.ts";

/** Signs and verifies JSON Web Tokens. */
export interface TokenSigner {
  /** Signs a payload, which is JSON text. */
  sign(payload: string): string;
  /** The payload of a token that was signed here; undefined for anything else. */
  verify(token: string): string | undefined;
  readonly publicKeys: readonly PublicKey[];
}

export interface ServiceAccountTokensDeps {
  readonly signer: TokenSigner;
  readonly objects: Objects;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ServiceAccountTokensOptions {
  /** URL that tokens name as their source; also the audience of those that ask for none. */
  readonly issuer: string;
}

/** Clocks may differ that much. */
const leewaySeconds = 60;
/** How long the tokens of an object go on working that is being deleted: its end may need them. */
const deletionGraceMs = 60_000;
/** Tokens whose signatures are remembered. */
const knownTokenCountMax = 4_096;

export class ServiceAccountTokens implements TokenIssuer, TokenReader {
  readonly issuer: string;
  readonly defaultAudiences: readonly string[];
  readonly #deps: ServiceAccountTokensDeps;
  /** Oldest first. */
  readonly #verified = new Map<string, ServiceAccountClaims>();

  constructor(deps: ServiceAccountTokensDeps, options: ServiceAccountTokensOptions) {
    this.issuer = options.issuer;
    this.defaultAudiences = [options.issuer];
    this.#deps = deps;
  }

  get publicKeys(): readonly PublicKey[] {
    return this.#deps.signer.publicKeys;
  }

  async issue(request: TokenClaims): Promise<IssuedToken> {
    const { clock, random, signer } = this.#deps;
    const nowMs = clock.nowMs();
    const nowSeconds = Math.floor(nowMs / 1_000);
    const forServer = request.audiences.includes(this.issuer);
    const signing = { issuer: this.issuer, nowSeconds, id: uuid(random) };
    const token = signer.sign(encodeClaims(claimsToSign(request, signing, forServer)));
    return { token, expiresAtMs: nowMs + request.expirationSeconds * 1_000 };
  }

  async read(token: string, audiences: readonly string[]): Promise<TokenVerdict> {
    const claims = this.#findClaims(token);
    if (claims === undefined || claims.issuer !== this.issuer) return { kind: "unknown" };
    const good = audiences.filter((audience) => claims.audiences.includes(audience));
    if (good.length === 0) {
      const [has, wants] = [claims.audiences, audiences].map(formatList);
      return refused(`token audiences ${has} is invalid for the target audiences ${wants}`);
    }
    const why = timeProblem(claims, this.#deps.clock.nowMs()) ?? (await this.#problemOf(claims));
    if (why !== undefined) return refused(why);
    return { kind: "genuine", user: userOfClaims(claims), audiences: good };
  }

  #findClaims(token: string): ServiceAccountClaims | undefined {
    const known = this.#verified.get(token);
    if (known !== undefined) return known;
    const payload = this.#deps.signer.verify(token);
    const claims = payload === undefined ? undefined : decodeClaims(payload);
    if (claims === undefined) return undefined;
    const [oldest] = this.#verified.keys();
    if (this.#verified.size >= knownTokenCountMax && oldest !== undefined) {
      this.#verified.delete(oldest);
    }
    this.#verified.set(token, claims);
    return claims;
  }

  /** What is wrong with the objects that the token lives and dies with. */
  async #problemOf(claims: ServiceAccountClaims): Promise<string | undefined> {
    const { namespace } = claims;
    const account = await this.#lookUp(serviceAccount, namespace, claims.serviceAccount);
    if (account !== "there") return accountProblems[account];
    const bound = [
      { what: "pod", kind: pod, object: claims.pod },
      { what: "secret", kind: secret, object: claims.secret },
    ] as const;
    for (const { what, kind, object } of bound) {
      if (object === undefined) continue;
      const found = await this.#lookUp(kind, namespace, object);
      if (found !== "there") return boundProblem(what, object);
    }
    // A pod's token only tells of the node; it does not depend on it.
    const isBoundToNode = claims.node !== undefined && claims.pod === undefined;
    if (!isBoundToNode || claims.node === undefined) return undefined;
    const host = await this.#lookUp(node, "", claims.node);
    return host === "there" ? undefined : boundProblem("node", claims.node);
  }

  async #lookUp(kind: AnyKind, namespace: string, { name, uid }: BoundObject): Promise<Presence> {
    const key: ObjectKey = { namespace, name };
    const found = await this.#deps.objects.findMetadata(kind, key);
    if (found === undefined) return "absent";
    if (found.uid !== uid) return "replaced";
    return isGone(found, this.#deps.clock.nowMs()) ? "deleted" : "there";
  }
}

type Presence = "there" | "absent" | "replaced" | "deleted";

const accountProblems: Readonly<Record<Exclude<Presence, "there">, string>> = {
  absent: "service account token has been invalidated",
  replaced: "service account UID does not match the one in the token",
  deleted: "service account has been deleted",
};

function boundProblem(what: string, { name }: BoundObject): string {
  return `${what} ${JSON.stringify(name)} of the service account token is gone`;
}

function isGone({ deletionTimestamp }: ObjectMeta, nowMs: number): boolean {
  if (deletionTimestamp === undefined) return false;
  const deletedAtMs = parseTime(deletionTimestamp);
  return nowMs - deletedAtMs > deletionGraceMs;
}

function timeProblem(claims: ServiceAccountClaims, nowMs: number): string | undefined {
  const nowSeconds = nowMs / 1_000;
  if (nowSeconds > claims.expiresAtSeconds + leewaySeconds) {
    return "service account token has expired";
  }
  if (nowSeconds < claims.notBeforeSeconds - leewaySeconds) {
    return "service account token is not valid yet";
  }
  return undefined;
}

/** Upstream's names, groups and extras of a service account. */
export function userOfClaims(claims: ServiceAccountClaims): User {
  const { namespace, serviceAccount: account, pod: bound, node: host, id } = claims;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["credential-id", id === "" ? undefined : `JTI=${id}`],
    ["node-name", host?.name],
    ["node-uid", host?.uid],
    ["pod-name", bound?.name],
    ["pod-uid", bound?.uid],
  ];
  return {
    name: `system:serviceaccount:${namespace}:${account.name}`,
    uid: account.uid,
    groups: serviceAccountGroups(namespace),
    extra: new Map(
      facts.flatMap(([name, value]) =>
        value === undefined ? [] : [[`authentication.kubernetes.io/${name}`, [value]] as const],
      ),
    ),
  };
}

export function serviceAccountGroups(namespace: string): readonly string[] {
  return ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
}

function refused(why: string): TokenVerdict {
  return { kind: "refused", why };
}

function formatList(items: readonly string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(" ")}]`;
}
