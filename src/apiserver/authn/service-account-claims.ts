/** What a service-account token says, as upstream writes it into the payload. Pure. */

import { asJsonObject, isJsonList, type JsonValue, objectAt, textAt, valueAt } from "#api";
import type { BoundObject, TokenClaims } from "../token-issuer.ts";

export interface ServiceAccountClaims {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly issuedAtSeconds: number;
  readonly notBeforeSeconds: number;
  readonly expiresAtSeconds: number;
  /** Name of this very token, for the audit log; may be empty. */
  readonly id: string;
  readonly namespace: string;
  readonly serviceAccount: BoundObject;
  readonly pod: BoundObject | undefined;
  readonly secret: BoundObject | undefined;
  readonly node: BoundObject | undefined;
  /** When its holder should have fetched another; set only when it lives on for the time being. */
  readonly warnAfterSeconds: number | undefined;
}

export interface TokenSigning {
  readonly issuer: string;
  readonly nowSeconds: number;
  readonly id: string;
}

/**
 * Upstream's agents ask for tokens of this validity, and the server makes them last a year: old
 * clients in pods read their token once and would fail within the hour otherwise.
 */
const extendedValiditySeconds = 3_607;
const yearSeconds = 365 * 24 * 3_600;

/** The claims of a token to be issued; `forServer` says that it is meant for this API server. */
export function claimsToSign(
  request: TokenClaims,
  signing: TokenSigning,
  forServer: boolean,
): ServiceAccountClaims {
  const { nowSeconds } = signing;
  const { expirationSeconds, boundTo } = request;
  const isExtended = forServer && expirationSeconds === extendedValiditySeconds;
  const boundAs = (kind: string) =>
    boundTo?.kind === kind ? { name: boundTo.name, uid: boundTo.uid } : undefined;
  return {
    issuer: signing.issuer,
    audiences: request.audiences,
    issuedAtSeconds: nowSeconds,
    notBeforeSeconds: nowSeconds,
    expiresAtSeconds: nowSeconds + (isExtended ? yearSeconds : expirationSeconds),
    id: signing.id,
    namespace: request.namespace,
    serviceAccount: request.serviceAccount,
    pod: boundAs("Pod"),
    secret: boundAs("Secret"),
    node: boundAs("Node") ?? request.node,
    warnAfterSeconds: isExtended ? nowSeconds + expirationSeconds : undefined,
  };
}

export function encodeClaims(claims: ServiceAccountClaims): string {
  const { namespace, serviceAccount } = claims;
  return JSON.stringify({
    aud: claims.audiences,
    exp: claims.expiresAtSeconds,
    iat: claims.issuedAtSeconds,
    iss: claims.issuer,
    jti: claims.id,
    "kubernetes.io": asJsonObject({
      namespace,
      node: namedAs(claims.node),
      pod: namedAs(claims.pod),
      secret: namedAs(claims.secret),
      serviceaccount: namedAs(serviceAccount),
      warnafter: claims.warnAfterSeconds,
    }),
    nbf: claims.notBeforeSeconds,
    sub: subjectOf(namespace, serviceAccount.name),
  });
}

/** Undefined for a payload that is not that of a service account's token. */
export function decodeClaims(payload: string): ServiceAccountClaims | undefined {
  const value: JsonValue = JSON.parse(payload);
  const own = objectAt(value, "kubernetes.io");
  const namespace = textAt(own, "namespace");
  const serviceAccount = objectIn(own, "serviceaccount");
  const expiresAtSeconds = secondsAt(value, "exp");
  if (serviceAccount === undefined || expiresAtSeconds === undefined) return undefined;
  if (textAt(value, "sub") !== subjectOf(namespace, serviceAccount.name)) return undefined;
  return {
    issuer: textAt(value, "iss"),
    audiences: textsOf(valueAt(value, "aud")),
    issuedAtSeconds: secondsAt(value, "iat") ?? 0,
    notBeforeSeconds: secondsAt(value, "nbf") ?? 0,
    expiresAtSeconds,
    id: textAt(value, "jti"),
    namespace,
    serviceAccount,
    pod: objectIn(own, "pod"),
    secret: objectIn(own, "secret"),
    node: objectIn(own, "node"),
    warnAfterSeconds: secondsAt(own, "warnafter"),
  };
}

function subjectOf(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

function namedAs(bound: BoundObject | undefined) {
  return bound === undefined ? undefined : { name: bound.name, uid: bound.uid };
}

function objectIn(own: JsonValue, kind: string): BoundObject | undefined {
  const name = textAt(own, kind, "name");
  return name === "" ? undefined : { name, uid: textAt(own, kind, "uid") };
}

function secondsAt(value: JsonValue, name: string): number | undefined {
  const found = valueAt(value, name);
  return typeof found === "number" ? found : undefined;
}

/** An audience may stand alone (RFC 7519, 4.1.3). */
function textsOf(value: JsonValue | undefined): readonly string[] {
  const list = isJsonList(value) ? value : [value ?? null];
  return list.filter((item) => typeof item === "string");
}
