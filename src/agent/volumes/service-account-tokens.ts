/**
 * Tokens of the service accounts that pods act as, bound to the pod, so that they end with it.
 *
 * A token is renewed when 80 % of its time are over, or after a day. Source of the rule: upstream's
 * kubelet (`token_manager`).
 */

import type { Clock } from "#base";
import { type Live, textAt } from "#api";
import { type Pod, type ServiceAccountTokenProjection, serviceAccount } from "#api/core/v1";
import type { Client } from "#client";
import { VolumeError } from "./payload.ts";

export interface TokenDeps {
  readonly client: Client;
  readonly clock: Clock;
}

interface Token {
  readonly text: string;
  readonly requestedAtMs: number;
  readonly expiresAtMs: number;
}

const expirationSecondsDefault = 3_600;
const dayMs = 86_400_000;
const renewedShare = 0.8;

export class ServiceAccountTokens {
  readonly #deps: TokenDeps;
  /** Pod uid → audience and time of life → token. */
  readonly #tokens = new Map<string, Map<string, Token>>();

  constructor(deps: TokenDeps) {
    this.#deps = deps;
  }

  /** A token that is good for a while yet. */
  async get(
    pod: Live<Pod>,
    { audience = "", expirationSeconds }: ServiceAccountTokenProjection,
    signal: AbortSignal,
  ): Promise<string> {
    const { uid } = pod.metadata;
    const seconds = expirationSeconds ?? expirationSecondsDefault;
    const identity = JSON.stringify([audience, seconds]);
    const known = this.#tokens.get(uid)?.get(identity);
    if (known !== undefined && !isRenewalDue(known, this.#deps.clock.nowMs())) return known.text;
    const token = await this.#request(pod, { audience, seconds }, signal);
    const ofPod = this.#tokens.get(uid) ?? new Map<string, Token>();
    ofPod.set(identity, token);
    this.#tokens.set(uid, ofPod);
    return token.text;
  }

  forget(uid: string): void {
    this.#tokens.delete(uid);
  }

  async #request(
    pod: Live<Pod>,
    { audience, seconds }: { readonly audience: string; readonly seconds: number },
    signal: AbortSignal,
  ): Promise<Token> {
    const { name, namespace = "", uid } = pod.metadata;
    const account = { namespace, name: pod.spec.serviceAccountName ?? "default" };
    const requestedAtMs = this.#deps.clock.nowMs();
    const body = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {
        audiences: audience === "" ? [] : [audience],
        expirationSeconds: seconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
      },
    };
    const accounts = this.#deps.client.of(serviceAccount);
    const answer = await accounts.createSubresource(account, "token", body, signal);
    const text = textAt(answer, "status", "token");
    const expiresAtMs = Date.parse(textAt(answer, "status", "expirationTimestamp"));
    if (text === "" || Number.isNaN(expiresAtMs)) {
      throw new VolumeError("failed to fetch token: the server's answer holds none");
    }
    return { text, requestedAtMs, expiresAtMs };
  }
}

export function isRenewalDue(token: Omit<Token, "text">, nowMs: number): boolean {
  const lifetimeMs = token.expiresAtMs - token.requestedAtMs;
  const ageMs = nowMs - token.requestedAtMs;
  return ageMs > dayMs || ageMs >= lifetimeMs * renewedShare;
}
