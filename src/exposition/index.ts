export {
  answerMetrics,
  federationFormats,
  type MetricsAnswer,
  metricsFormats,
} from "./answer.ts";
export { CommentTables } from "./comment-table.ts";
export {
  type AnswerFormat,
  acceptHeader,
  type BodyFormat,
  type BodyFormatChoice,
  chooseBodyFormat,
  defaultScrapeProtocols,
  negotiateAnswer,
  type ScrapeProtocol,
  scrapeProtocols,
} from "./content-type.ts";
export { type ConvertedSeries, CustomBucketsReader } from "./custom-buckets-reader.ts";
export {
  escapeFamily,
  type HistogramBucket,
  type HistogramValue,
  type Metric,
  type MetricFamily,
  type MetricValue,
  type NumberValue,
  type SummaryValue,
} from "./family.ts";
export { type CreatedLines, OpenMetricsReader } from "./openmetrics-reader.ts";
export { ProtobufExpositionReader, type ProtobufReaderOptions } from "./protobuf-reader.ts";
export { writeProtobuf } from "./protobuf-writer.ts";
export {
  type Entry,
  ExpositionError,
  type ExpositionReader,
  type MetricType,
  type SeriesKey,
} from "./reader.ts";
export { MetricRegistry } from "./registry.ts";
export { SeriesTable } from "./series-table.ts";
export { parseGoFloat } from "./parse-float.ts";
export { TextReader } from "./text-reader.ts";
export { openMetricsEnd, writeOpenMetrics, writeText } from "./text-writer.ts";
