import { FirstSeriesReader } from "./first-series-reader.ts";
import { SecondSeriesReader } from "./second-series-reader.ts";
import type { SeriesReader } from "./series-reader.ts";
import type { WriteMessage } from "./write-series.ts";

/** Reads a request of either version. */
export function openSeriesReader(bytes: Uint8Array, message: WriteMessage): SeriesReader {
  return message === "prometheus.WriteRequest"
    ? new FirstSeriesReader(bytes)
    : new SecondSeriesReader(bytes);
}
