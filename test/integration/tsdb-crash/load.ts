/** What the writer appends and the test expects to find. */
export const seriesCount = 20;
export const scrapeIntervalMs = 15_000;
export const blockRangeMs = 20 * 60_000;
export const startMs = Date.UTC(2026, 0, 1);
/** A quick machine appends more than the 15 days that are kept by default. */
export const retention = { durationMs: 0, bytesMax: 0, percentMax: 0 };
