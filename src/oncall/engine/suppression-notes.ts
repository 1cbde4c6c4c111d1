/**
 * Notes why alerts led to nothing, for those who ask "why was nobody paged". An alert that is held
 * back flush after flush is noted once an hour, and again when the cause is another one; that it was
 * told already and has not changed is noted once a day. A storm is noted alert by alert up to a limit.
 */
import type { Logger } from "#base";
import type { SuppressionCause } from "../incident/event.ts";
import { dayMs, hourMs } from "../schedule/wall-clock.ts";
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
const unchangedAgainMs = dayMs;
/** How many notes are remembered; more at once are not made. */
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
    const waitMs = cause === "unchanged" ? unchangedAgainMs : againMs;
    if (notedMs !== undefined && nowMs - notedMs < waitMs) return false;
    // Set anew behind all others: the first is the oldest.
    this.#notedMs.delete(place);
    if (!this.#makeRoom(nowMs)) return false;
    this.#notedMs.set(place, nowMs);
    return true;
  }

  /** Forgets what was noted longest ago, unless that was within the hour. */
  #makeRoom(nowMs: number): boolean {
    if (this.#notedMs.size < rememberedMax) return true;
    const [[oldest, oldestMs] = ["", nowMs]] = this.#notedMs;
    if (nowMs - oldestMs < againMs) return false;
    this.#notedMs.delete(oldest);
    return true;
  }
}
