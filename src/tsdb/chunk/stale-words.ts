/** The stale marker's bits, in words of 32. */
export const staleHigh = 0x7ff00000;
export const staleLow = 2;
