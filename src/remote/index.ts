export {
  RemoteWriter,
  type RemoteWriterDeps,
  type RemoteWriterFacts,
  type RemoteWriterOptions,
  type SourceHistogram,
  type SourceRecord,
  type SourceSamples,
} from "./send/remote-writer.ts";
export { encodeMetadata, encodeWriteRequest } from "./wire/encode-write-request.ts";
export type {
  FamilyMetadata,
  FloatRows,
  HistogramRow,
  OutgoingSeries,
  WriteMessage,
} from "./wire/write-series.ts";
export { mediaTypeOf, messageOf, UnsupportedMediaError } from "./write/media-type.ts";
export {
  type WriteDeps,
  type WriteHeaders,
  type WriteOutcome,
  WriteReceiver,
} from "./write/receive.ts";
