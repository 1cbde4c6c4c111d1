export { assert, unreachable } from "./assert.ts";
export { BytePool } from "./byte-pool.ts";
export { type Clock, sleep } from "./clock.ts";
export { compareText } from "./compare.ts";
export { mapConcurrent } from "./concurrent.ts";
export { crc32c } from "./crc32c.ts";
export type {
  AppendFile,
  Disk,
  DiskSpace,
  FileFacts,
  FixedFile,
  ReadFile,
  WriteOptions,
} from "./disk.ts";
export { formatFloat } from "./format-float.ts";
export { type GrpcChannel, type GrpcCode, GrpcError, grpcCodes } from "./grpc.ts";
export type {
  ClientIdentity,
  ClientTls,
  HttpConnector,
  HttpEndpoint,
  HttpTunnel,
  OpenHttpTransport,
  TlsVersion,
} from "./http-connector.ts";
export type {
  HttpHandler,
  HttpPeer,
  PeerCertificate,
  ReceivedRequest,
} from "./http-handler.ts";
export { describeError, type LogFields, type Logger, silentLogger } from "./log.ts";
export type { LinuxUsage, Machine, MachineFacts, NetworkAddress, ProcessUsage } from "./machine.ts";
export {
  type Counter,
  defaultBuckets,
  exponentialBuckets,
  type Gauge,
  type HistogramMetric,
  type HistogramSpec,
  type Meters,
  type MetricSpec,
  type MetricVector,
  type SampledSummary,
  type SampledValue,
  type SummaryFigures,
  uncounted,
} from "./meters.ts";
export { orAborted } from "./or-aborted.ts";
export type {
  ChildProcess,
  Processes,
  ProcessResult,
  RunOptions,
  SpawnOptions,
} from "./process.ts";
export {
  ProtobufError,
  ProtobufReader,
  ProtobufWriter,
  type WireType,
  wireBytes,
  wireFixed32,
  wireFixed64,
  wireVarint,
} from "./protobuf.ts";
export { quoteGo } from "./quote.ts";
export { RecentValues } from "./recent-values.ts";
export { integerBelow, type Random, uuid } from "./random.ts";
export { seededRandom } from "./seeded-random.ts";
export { compressSnappy, decompressSnappy, SnappyError, SnappyUnpacker } from "./snappy.ts";
export type { ClearConnection, SecureDialer } from "./secure-dialer.ts";
export type {
  ConnectionTaker,
  DatagramSocket,
  DatagramTaker,
  Listener,
  SocketAddress,
  SocketOpener,
} from "./socket.ts";
export type {
  Body,
  Connection,
  Dialer,
  Headers,
  HttpRequest,
  HttpResponse,
  HttpTransport,
  UpgradeResult,
} from "./transport.ts";
export { type PromisesSettled, SteppedClock } from "./stepped-clock.ts";
export {
  blockBytes,
  directoryOf,
  fileOf,
  findPaxPath,
  paddedBytes,
  readTarHeader,
  symlinkOf,
  TarError,
  type TarFile,
  writeTar,
} from "./tar.ts";
export { type TimeZone, type TimeZones, utc } from "./time-zone.ts";
export { xxHash64 } from "./xxhash64.ts";
export { type Zstd, ZstdError } from "./zstd.ts";
