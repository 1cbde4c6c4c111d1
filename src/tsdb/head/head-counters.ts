import type { AppendRefusal } from "#series";

/** What has happened in the head since it was opened. */
export class HeadCounters {
  appenders = 0;
  activeAppenders = 0;
  seriesCreated = 0;
  seriesRemoved = 0;
  seriesNotFound = 0;
  chunksRemoved = 0;
  floatsAppended = 0;
  histogramsAppended = 0;
  lateFloatsAppended = 0;
  lateHistogramsAppended = 0;
  exemplarsAppended = 0;
  exemplarsOutOfOrder = 0;
  truncations = 0;
  truncationsFailed = 0;
  truncationSeconds = 0;
  walCorruptions = 0;
  chunkFileCorruptions = 0;
  walReplayUnknownRefs = 0;
  walTruncations = 0;
  walTruncationSeconds = 0;
  checkpointsCreated = 0;
  checkpointsFailed = 0;
  checkpointRemovals = 0;
  checkpointRemovalsFailed = 0;
  readonly #refused = new Map<string, number>();

  countRefusal(kind: "float" | "histogram", why: AppendRefusal): void {
    const key = `${kind} ${why}`;
    this.#refused.set(key, (this.#refused.get(key) ?? 0) + 1);
  }

  refused(kind: "float" | "histogram", why: AppendRefusal): number {
    return this.#refused.get(`${kind} ${why}`) ?? 0;
  }
}
