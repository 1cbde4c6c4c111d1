import { StatusError } from "#api";
import type { Clock, HttpPeer, ReceivedRequest } from "#base";
import { findHeader } from "#http";
import { type Authenticator, type User, userOf } from "../authentication.ts";
import type { Authorizer } from "../authorization.ts";
import { anonymousUser, asAuthenticated } from "./groups.ts";
import { findImpersonation, impersonate } from "./impersonation.ts";
import { readToken, type TokenReader } from "./token-verdict.ts";

export interface RequestAuthenticatorDeps {
  readonly clock: Clock;
  readonly tokens: readonly TokenReader[];
  /** What bearer tokens of requests must be for. */
  readonly audiences: readonly string[];
  /** Decides who may act as whom. */
  readonly authorizer: Authorizer;
}

/**
 * Client certificates, then bearer tokens; who sends neither is anonymous. A token that does not hold
 * is refused, also where anonymous requests are welcome.
 */
export function requestAuthenticator(deps: RequestAuthenticatorDeps): Authenticator {
  return {
    async authenticate(request, signal) {
      const user = await authenticate(deps, request, signal);
      const wanted = findImpersonation(request.headers);
      if (wanted === undefined) return user;
      return impersonate(deps.authorizer, user, wanted, signal);
    },
  };
}

async function authenticate(
  deps: RequestAuthenticatorDeps,
  { peer, headers }: ReceivedRequest,
  signal: AbortSignal,
): Promise<User> {
  const certified = findCertified(peer, deps.clock.nowMs());
  if (certified !== undefined) return certified;
  const token = findBearer(findHeader(headers, "authorization"));
  if (token === undefined) return anonymousUser;
  const verdict = await readToken(deps.tokens, token, deps.audiences, signal);
  if (verdict.kind === "genuine") return asAuthenticated(verdict.user);
  throw new StatusError("Unauthorized", "Unauthorized");
}

/**
 * Whom a client certificate names; without a name it says nothing. It held when the connection was
 * made, which may be long ago: who renews it connects anew.
 */
function findCertified({ certificate }: HttpPeer, nowMs: number): User | undefined {
  if (certificate === undefined || certificate.commonName === "") return undefined;
  if (certificate.notAfterMs < nowMs) throw new StatusError("Unauthorized", "Unauthorized");
  return {
    ...asAuthenticated(userOf(certificate.commonName, ...certificate.organizations)),
    extra: new Map([
      ["authentication.kubernetes.io/credential-id", [`X509SHA256=${certificate.fingerprint}`]],
    ]),
  };
}

/** Undefined when the request sends no bearer token; other schemes are nobody's. */
function findBearer(authorization: string | undefined): string | undefined {
  const [scheme = "", token = ""] = (authorization ?? "").trim().split(" ", 2);
  return scheme.toLowerCase() === "bearer" && token !== "" ? token : undefined;
}
