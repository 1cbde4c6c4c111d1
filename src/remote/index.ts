export {
  RemoteWriter,
  type RemoteWriterDeps,
  type RemoteWriterFacts,
  type RemoteWriterOptions,
  type SourceHistogram,
  type SourceRecord,
  type SourceSamples,
} from "./send/remote-writer.ts";
export { decodeWriteRequest } from "./wire/decode-write-request.ts";
export { encodeMetadata, encodeWriteRequest } from "./wire/encode-write-request.ts";
export type {
  FamilyMetadata,
  FloatRows,
  HistogramRow,
  OutgoingSeries,
  WriteMessage,
  WriteRequest,
  WriteSeries,
} from "./wire/write-series.ts";
export { mediaTypeOf, messageOf, UnsupportedMediaError } from "./write/media-type.ts";
export {
  receiveWrite,
  type WriteDeps,
  type WriteHeaders,
  type WriteOutcome,
} from "./write/receive.ts";
