import type { OutgoingSeries } from "../wire/write-series.ts";

export const sentKinds = ["samples", "histograms", "exemplars"] as const;
export type SentKind = (typeof sentKinds)[number];

/** Why something is not sent: upstream's words. */
export type DropReason = "dropped_series" | "unintentionally_dropped_series" | "too_old";

/** What became of everything of one kind. */
export interface KindCounts {
  /** Sent, as often as it was tried. */
  readonly sent: number;
  /** Refused by the receiver. */
  readonly failed: number;
  readonly retried: number;
  /** Waiting to be sent, or on its way. */
  readonly pending: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
}

/** Counts by kind. */
export class SendCounts {
  readonly #kinds = {
    samples: new MutableCounts(),
    histograms: new MutableCounts(),
    exemplars: new MutableCounts(),
  };

  of(kind: SentKind): KindCounts {
    return this.#kinds[kind];
  }

  queued(kind: SentKind): void {
    this.#kinds[kind].pending++;
  }

  dropped(kind: SentKind, reason: DropReason): void {
    this.#kinds[kind].dropped[reason]++;
  }

  tried(batch: readonly { readonly series: OutgoingSeries }[]): void {
    for (const { series } of batch) this.#kinds[kindOf(series)].sent++;
  }

  retried(batch: readonly { readonly series: OutgoingSeries }[]): void {
    for (const { series } of batch) this.#kinds[kindOf(series)].retried++;
  }

  ended(batch: readonly { readonly series: OutgoingSeries }[], outcome: "sent" | "dropped"): void {
    for (const { series } of batch) {
      const counts = this.#kinds[kindOf(series)];
      counts.pending--;
      if (outcome === "dropped") counts.failed++;
    }
  }
}

/** Of a series' worth of a batch, which holds one thing. */
export function kindOf({
  histograms,
  exemplars,
}: Pick<OutgoingSeries, "histograms" | "exemplars">): SentKind {
  if (histograms.length > 0) return "histograms";
  return exemplars.length > 0 ? "exemplars" : "samples";
}

class MutableCounts {
  sent = 0;
  failed = 0;
  retried = 0;
  pending = 0;
  readonly dropped = { dropped_series: 0, unintentionally_dropped_series: 0, too_old: 0 };
}
