import type { Labels, SeriesRef } from "#series";
import type { WalRecord } from "../wal/record.ts";
import { AgentSeries } from "./agent-series.ts";

/** A series, or another reference of one, that the log has something of and nobody else. */
export interface GoneSeries {
  readonly labels: Labels;
  /** The last segment that may have samples of it. */
  readonly lastSegment: number;
}

/** Makes the series again from a log. Of their samples only the newest time counts. */
export class AgentReplay {
  readonly series = new AgentSeries();
  /** References that were given to series which had one already. */
  readonly gone = new Map<SeriesRef, GoneSeries>();
  /** Samples of what the log does not name. */
  unknownSamples = 0;
  /** The reference that holds for another one. */
  readonly #holds = new Map<SeriesRef, SeriesRef>();

  apply(record: WalRecord, segment: number): void {
    switch (record.kind) {
      case "series":
        for (const logged of record.series) {
          const ref = this.series.adopt(logged);
          if (ref === logged.ref) continue;
          this.#holds.set(logged.ref, ref);
          this.gone.set(logged.ref, { labels: logged.labels, lastSegment: segment });
        }
        break;
      case "samples": {
        const { count, refs, timestampsMs } = record.samples;
        for (let row = 0; row < count; row++) {
          this.#addSample(refs[row] ?? 0, timestampsMs[row] ?? 0, segment);
        }
        break;
      }
      case "histograms":
        for (const { ref, sample } of record.histograms) {
          this.#addSample(ref, sample.timestampMs, segment);
        }
        break;
      case "exemplars":
      case "metadata":
      case "tombstones":
      case "mmapMarkers":
        // They say nothing that has to be known to go on.
        break;
    }
  }

  #addSample(logged: SeriesRef, timestampMs: number, segment: number): void {
    const gone = this.gone.get(logged);
    if (gone !== undefined) this.gone.set(logged, { ...gone, lastSegment: segment });
    const ref = this.#holds.get(logged) ?? logged;
    if (this.series.has(ref)) this.series.advance(ref, timestampMs);
    else this.unknownSamples++;
  }
}
