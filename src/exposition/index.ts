export { type CreatedLines, OpenMetricsReader } from "./openmetrics-reader.ts";
export {
  type Entry,
  ExpositionError,
  type ExpositionReader,
  type MetricType,
  type SeriesKey,
} from "./reader.ts";
export { SeriesTable } from "./series-table.ts";
export { TextReader } from "./text-reader.ts";
