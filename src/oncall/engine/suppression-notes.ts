/**
 * Notes why alerts led to nothing, for those who ask "why was nobody paged". An alert that is held
 * back flush after flush is noted once an hour, and again when the cause is another one.
 */
import type { Logger } from "#base";
import type { SuppressionCause } from "../incident/event.ts";
import { hourMs } from "../schedule/wall-clock.ts";
import type { OnCall } from "./on-call.ts";

export interface SuppressedReport {
  /** What tells this alert from others. */
  readonly key: string;
  /** What people call it. */
  readonly alert: string;
  readonly cause: SuppressionCause;
  readonly detail: string;
}

const againMs = hourMs;
/** How many alerts are remembered as noted. */
const rememberedMax = 10_000;

export class SuppressionNotes {
  readonly #onCall: OnCall;
  readonly #log: Logger;
  readonly #notedMs = new Map<string, number>();

  constructor(onCall: OnCall, log: Logger) {
    this.#onCall = onCall;
    this.#log = log;
  }

  /** Returns at once; the note follows. */
  note(reports: readonly SuppressedReport[]): void {
    const nowMs = this.#onCall.nowMs();
    const fresh = reports.filter((report) => this.#isFresh(report, nowMs));
    if (fresh.length === 0) return;
    this.#onCall
      .transact(() => fresh.map((report) => ({ kind: "suppressed", ...report })))
      .catch((error: unknown) => this.#log.error("suppressed alerts are not noted", error));
  }

  #isFresh({ key, cause }: SuppressedReport, nowMs: number): boolean {
    const place = `${cause} ${key}`;
    const notedMs = this.#notedMs.get(place);
    if (notedMs !== undefined && nowMs - notedMs < againMs) return false;
    if (this.#notedMs.size >= rememberedMax) this.#notedMs.clear();
    this.#notedMs.set(place, nowMs);
    return true;
  }
}
