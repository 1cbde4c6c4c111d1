/**
 * What the members of a cluster have in common, by key, as Alertmanager's peers exchange it: a change as
 * a `Part`, everything as a `FullState` of parts. How a part looks inside is its owner's business.
 *
 * Source of the messages: `cluster/clusterpb/cluster.proto` of Alertmanager.
 */
import { describeError, type Logger, ProtobufError, ProtobufReader, ProtobufWriter } from "#base";
import type { GossipApplication } from "./application.ts";

/** One thing that everybody has. */
export interface SharedState {
  /** What peers know it by. */
  readonly key: string;
  /** All of it. */
  encode(): Uint8Array;
  /** Takes in what another one has. Throws a `ProtobufError` for what is none of it. */
  merge(bytes: Uint8Array): void;
}

export type ExchangeKind = "full_state" | "update";

export interface ExchangeCounts {
  readonly sent: (kind: ExchangeKind, bytes: number) => void;
  readonly received: (kind: ExchangeKind, bytes: number) => void;
}

export class ExchangedStates implements GossipApplication {
  readonly #states = new Map<string, SharedState>();
  readonly #log: Logger;
  readonly #counts: ExchangeCounts;

  constructor(log: Logger, counts: ExchangeCounts) {
    this.#log = log;
    this.#counts = counts;
  }

  add(state: SharedState): void {
    this.#states.set(state.key, state);
  }

  localState(): Uint8Array {
    const writer = new ProtobufWriter();
    for (const [key, state] of this.#states) writer.bytes(1, encodePart(key, state.encode()));
    const bytes = writer.finish();
    this.#counts.sent("full_state", bytes.length);
    return bytes;
  }

  mergeState(bytes: Uint8Array): void {
    this.#counts.received("full_state", bytes.length);
    this.#guarded(() => {
      const reader = new ProtobufReader(bytes);
      while (reader.next()) {
        if (reader.field === 1) this.#mergePart(reader.bytes());
        else reader.skip();
      }
    });
  }

  take(message: Uint8Array): void {
    this.#counts.received("update", message.length);
    this.#guarded(() => this.#mergePart(message));
  }

  #mergePart(bytes: Uint8Array): void {
    const reader = new ProtobufReader(bytes);
    let key = "";
    let content = new Uint8Array();
    while (reader.next()) {
      if (reader.field === 1) key = reader.string();
      else if (reader.field === 2) content = reader.bytes().slice();
      else reader.skip();
    }
    // Another version may share more than we do.
    this.#states.get(key)?.merge(content);
  }

  #guarded(merge: () => void): void {
    try {
      merge();
    } catch (error) {
      // Whatever a peer sends must not end the program.
      if (!(error instanceof ProtobufError)) throw error;
      this.#log.warn("what a peer sent cannot be read", { error: describeError(error) });
    }
  }
}

/** A change of the state with the key. */
export function encodePart(key: string, content: Uint8Array): Uint8Array {
  const writer = new ProtobufWriter();
  writer.string(1, key);
  writer.bytes(2, content);
  return writer.finish();
}
