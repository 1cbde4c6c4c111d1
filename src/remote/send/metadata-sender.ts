/**
 * Tells a receiver of remote write 1.0 what metrics mean. That version has no room for it beside the
 * samples: requests of their own say it, all of it again in every interval, as upstream's
 * `MetadataWatcher` does.
 */
import { type Clock, type Logger, sleep } from "#base";
import type { HttpClient } from "#outbound";
import type { RemoteWriteConfig } from "#promconfig";
import { encodeMetadata } from "../wire/encode-write-request.ts";
import type { FamilyMetadata } from "../wire/write-series.ts";
import { sendBatch, writeMessageOf } from "./send-batch.ts";

export interface MetadataSenderDeps {
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** What is known now; a family may come more than once. */
  readonly families: () => Iterable<FamilyMetadata>;
}

/** What became of the families so far. */
export interface MetadataCounts {
  /** Sent, as often as it was tried. */
  readonly sent: number;
  /** Refused by the receiver. */
  readonly failed: number;
  readonly retried: number;
  /** Before compression. */
  readonly bytes: number;
}

export class MetadataSender {
  readonly #deps: MetadataSenderDeps;
  readonly #config: RemoteWriteConfig;
  readonly #counts = { sent: 0, failed: 0, retried: 0, bytes: 0 };

  constructor(deps: MetadataSenderDeps, config: RemoteWriteConfig) {
    this.#deps = deps;
    this.#config = config;
  }

  counts(): MetadataCounts {
    return this.#counts;
  }

  /** Sends until the signal aborts; not at all where the configuration has no need of it. */
  async run(signal: AbortSignal): Promise<void> {
    const { send, sendIntervalMs, maxSamplesPerSend } = this.#config.metadata;
    if (!send || writeMessageOf(this.#config) !== "prometheus.WriteRequest") return;
    try {
      while (true) {
        await sleep(this.#deps.clock, sendIntervalMs, signal);
        const families = withoutRepeats(this.#deps.families());
        for (let at = 0; at < families.length; at += maxSamplesPerSend) {
          await this.#send(families.slice(at, at + maxSamplesPerSend), signal);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #send(families: readonly FamilyMetadata[], signal: AbortSignal): Promise<void> {
    const { client, clock, log } = this.#deps;
    const request = encodeMetadata(families);
    const counts = this.#counts;
    counts.sent += families.length;
    counts.bytes += request.length;
    const onRetry = (reason: string) => {
      counts.retried += families.length;
      counts.sent += families.length;
      log.warn("sending metadata failed, trying again", { reason });
    };
    const outcome = await sendBatch({ client, clock, onRetry }, this.#config, request, signal);
    if (outcome.kind === "sent") return;
    counts.failed += families.length;
    log.error("sending metadata", new Error(outcome.reason), { count: families.length });
  }
}

/** Targets of one job say the same of their metrics: once is enough. */
function withoutRepeats(families: Iterable<FamilyMetadata>): readonly FamilyMetadata[] {
  const known = new Map<string, FamilyMetadata>();
  for (const one of families) {
    const { type, unit, help } = one.metadata;
    known.set(JSON.stringify([one.family, type, unit, help]), one);
  }
  return [...known.values()];
}
