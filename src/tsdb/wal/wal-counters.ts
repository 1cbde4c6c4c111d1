/** What has been done to a log since it was opened. */
export class WalCounters {
  pageFlushes = 0;
  completedPages = 0;
  /** Fragments of records, and their bytes with headers. */
  parts = 0;
  partBytes = 0;
  /** By compression. */
  bytesSaved = 0;
  truncations = 0;
  truncationsFailed = 0;
  writesFailed = 0;
}
