import type { EventDraft, LoggedEvent } from "../incident/event.ts";

/**
 * The log that all replicas share. What is appended is durable before anything is done that it tells
 * of; who appends behind somebody else is refused, so that of two leaders one always notices.
 */
export interface EventLog {
  /** Everything after the event with this sequence number, in order. */
  read(afterSequence: number): Promise<readonly LoggedEvent[]>;
  /**
   * Appends events right behind `lastSequence`, all of them or none. Rejects with `LogConflict` when
   * the log has grown beyond it.
   */
  append(
    lastSequence: number,
    atMs: number,
    drafts: readonly EventDraft[],
  ): Promise<readonly LoggedEvent[]>;
}

/** A log that can forget. */
export interface CompactedLog extends EventLog {
  /** Forgets all events but those for which `isKept` holds, and the last one. */
  compact(isKept: (event: LoggedEvent) => boolean): Promise<void>;
}

/** Somebody else has appended: read what, and decide again. */
export class LogConflict extends Error {
  override readonly name = "LogConflict";
}
