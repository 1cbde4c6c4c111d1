/**
 * A certificate that renews itself while its process runs. Who shows it asks for it at each new
 * connection, or is told; connections that stand go on with the certificate that they began with.
 */
import { type ClientTls, type Clock, type Logger, type Random, sleep } from "#base";
import type { ClusterConfig } from "#cli";
import { type ClusterPki, renewalAtMs, type Validity } from "#host";
import { type Identity, identityOf, type LeafName } from "./credentials.ts";
import type { LocalNetwork } from "./local-network.ts";

/**
 * How often the wall clock is looked at. Timers stand still while a machine sleeps, and a certificate
 * may have run out when it wakes up.
 */
const lookEveryMs = 30_000;

/** A failed renewal has a third of the certificate's life to succeed. */
const retryEveryMs = 60_000;

export interface LiveIdentityDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Gives the certificate that is good now, which is another one when it was due. */
  readonly ensure: () => Promise<Identity>;
}

/** What it takes to give out a cluster's certificates. */
export interface Registry {
  readonly pki: ClusterPki;
  readonly config: ClusterConfig;
  readonly network: LocalNetwork;
}

/** Opens the certificate of one part, which its process renews while it runs. */
export function openLiveIdentity(
  deps: Pick<LiveIdentityDeps, "clock" | "random" | "log">,
  { pki, config, network }: Registry,
  leaf: LeafName,
): Promise<LiveIdentity> {
  const log = deps.log.child({ certificate: leaf.kind });
  const ensure = () => identityOf(pki, config, network, leaf);
  return LiveIdentity.open({ ...deps, log, ensure });
}

export class LiveIdentity {
  readonly #deps: LiveIdentityDeps;
  readonly #listeners = new Set<(renewed: Identity) => void>();
  #current: Identity;
  #tls: ClientTls;
  #failureCount = 0;

  private constructor(deps: LiveIdentityDeps, first: Identity) {
    this.#deps = deps;
    this.#current = first;
    this.#tls = clientTlsOf(first);
  }

  static async open(deps: LiveIdentityDeps): Promise<LiveIdentity> {
    return new LiveIdentity(deps, await deps.ensure());
  }

  get current(): Identity {
    return this.#current;
  }

  /** For a client that shows the certificate; the same object until it is renewed. */
  get tls(): ClientTls {
    return this.#tls;
  }

  /** Renewals that failed since the start. */
  get failureCount(): number {
    return this.#failureCount;
  }

  /** Calls `listener` with each later certificate. */
  onRenewal(listener: (renewed: Identity) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Renews the certificate whenever it is due, until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    while (true) {
      await this.#untilDue(signal);
      try {
        this.#take(await this.#deps.ensure());
      } catch (error) {
        // The catch site of renewals: the certificate in use holds for a while yet.
        this.#failureCount++;
        log.error("renewing the certificate", error, { retryInMs: retryEveryMs });
        await sleep(clock, retryEveryMs, signal);
      }
    }
  }

  async #untilDue(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#deps;
    const { validity } = this.#current;
    const dueMs = renewalMoment(validity, random.fraction());
    // Before its time: the clock was set back, and others will not believe the certificate either.
    while (clock.nowMs() < dueMs && clock.nowMs() >= validity.notBeforeMs) {
      await sleep(clock, Math.min(lookEveryMs, dueMs - clock.nowMs()), signal);
    }
  }

  #take(identity: Identity): void {
    if (identity.certificate === this.#current.certificate) return;
    this.#current = identity;
    this.#tls = clientTlsOf(identity);
    const notAfter = new Date(identity.validity.notAfterMs).toISOString();
    this.#deps.log.info("certificate renewed", { notAfter });
    for (const listener of this.#listeners) listener(identity);
  }
}

/**
 * When to renew: somewhere between two and two and a half thirds of the life, where `fraction` says,
 * so that what started together does not renew together.
 */
export function renewalMoment(validity: Validity, fraction: number): number {
  const earliestMs = renewalAtMs(validity);
  return earliestMs + ((validity.notAfterMs - earliestMs) / 2) * fraction;
}

function clientTlsOf(identity: Identity): ClientTls {
  return {
    authorities: identity.authority,
    verification: "full",
    serverName: undefined,
    identity: { certificate: identity.certificate, key: identity.key },
  };
}
