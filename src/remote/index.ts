export { fanOut } from "./read/fanout.ts";
export type { ChunkCodec, SentChunk } from "./read/read-message.ts";
export { type ReadLimits, ReadServer, type ReadServerDeps } from "./read/read-server.ts";
export {
  type AnswerKind,
  type ReadObserver,
  RemoteReader,
  type RemoteReaderDeps,
} from "./read/remote-reader.ts";
export { RemoteStorage, type RemoteStorageOptions } from "./read/remote-storage.ts";
export { type MetadataCounts, MetadataSender } from "./send/metadata-sender.ts";
export {
  RemoteWriter,
  type RemoteWriterDeps,
  type RemoteWriterFacts,
  type RemoteWriterOptions,
  type SourceHistogram,
  type SourceRecord,
  type SourceSamples,
} from "./send/remote-writer.ts";
export { type KindCounts, sentKinds } from "./send/send-counts.ts";
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
