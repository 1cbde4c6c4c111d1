import { type Clock, describeError, type Logger } from "#base";
import type { Gossip } from "./gossip.ts";
import type { LongMessageFigures } from "./long-message-metrics.ts";

/** More of them do not wait; the next exchange of states brings what was dropped. */
const waitingMax = 200;

/**
 * Messages of one state that do not fit into a datagram. They go to every member over a connection of
 * its own, one message after the other, so that no member is overrun.
 */
export class LongMessages {
  readonly #deps: { readonly clock: Clock; readonly log: Logger; readonly gossip: Gossip };
  readonly #figures: LongMessageFigures;
  readonly #waiting: Uint8Array[] = [];
  #isSending = false;

  constructor(
    deps: { readonly clock: Clock; readonly log: Logger; readonly gossip: Gossip },
    figures: LongMessageFigures,
  ) {
    this.#deps = deps;
    this.#figures = figures;
  }

  add(message: Uint8Array, signal: AbortSignal): void {
    if (this.#waiting.length >= waitingMax) {
      this.#figures.dropped.add();
      return;
    }
    this.#waiting.push(message);
    if (!this.#isSending) void this.#sendAll(signal);
  }

  async #sendAll(signal: AbortSignal): Promise<void> {
    const { membership } = this.#deps.gossip;
    this.#isSending = true;
    for (
      let message = this.#waiting.shift();
      message !== undefined;
      message = this.#waiting.shift()
    ) {
      const bytes = message;
      const others = membership.present().filter(({ name }) => name !== membership.self.name);
      await Promise.all(others.map((member) => this.#send(member, bytes, signal)));
    }
    this.#isSending = false;
  }

  async #send(
    member: Parameters<Gossip["tell"]>[0],
    message: Uint8Array,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, gossip, log } = this.#deps;
    const startedMs = clock.elapsedMs();
    this.#figures.sent.add();
    try {
      await gossip.tell(member, message, signal);
      this.#figures.duration.observe((clock.elapsedMs() - startedMs) / 1_000);
    } catch (error) {
      // The next exchange of states brings it.
      this.#figures.failed.add();
      log.debug("a long message did not get through", {
        peer: member.name,
        error: describeError(error),
      });
    }
  }
}
