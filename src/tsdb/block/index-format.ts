/**
 * The index of a block, version 2: symbols (all texts, sorted), series (each at a place divisible by
 * 16, which is its reference), postings lists (the series with one label), a table that tells where
 * each list is, and a table of contents. Sections have a length before and a checksum behind them.
 */
export const indexMagic = 0xbaaad700;
export const indexVersion = 2;
export const indexHeaderBytes = 5;
export const seriesAlignment = 16;
/** Six places and a checksum. */
export const contentsBytes = 6 * 8 + 4;

/** The list of all series is that of this label. */
export const allLabel = "";
