export { promisesSettled, realClock } from "./clock.ts";
export { codeOf } from "./error-code.ts";
export { keepCompiledCode, withoutCompiledCode } from "./compiled-code.ts";
export { ConnectionLimit } from "./connection-limit.ts";
export { realDialer, realSecureDialer } from "./dialer.ts";
export { realDisk } from "./disk.ts";
export { realDnsResolver } from "./dns-resolver.ts";
export { openGrpcChannel } from "./grpc.ts";
export { lookUpHost } from "./host-lookup.ts";
export { realGzip } from "./gzip.ts";
export type { HttpClientOptions } from "./http-client.ts";
export { realHttpConnector } from "./http-connector.ts";
export type {
  HttpServer,
  HttpServerDeps,
  HttpServerOptions,
  ServerIdentity,
} from "./http-server.ts";
export { type LmdbLog, openLmdbLog } from "./lmdb-log.ts";
export { type LogLevel, type LogOptions, type OpenLogger, openLogger } from "./logger.ts";
export {
  openClusterPki,
  openHttpServer,
  openHttpTransport,
  openServiceAccountKeys,
} from "./on-demand.ts";
export { realMachine } from "./machine.ts";
export { type Authority, type KeyedCertificate, openAuthority } from "./pki/authority.ts";
export type { LeafContent, Validity } from "./pki/certificate.ts";
export type { Subject } from "./pki/subject.ts";
export type { ClusterPki, LeafWanted } from "./pki/cluster-pki.ts";
export { isRenewalDue, renewalAtMs } from "./pki/renewal.ts";
export { parseSigningRequest, type SigningRequest } from "./pki/signing-request.ts";
export { realProcesses } from "./processes.ts";
export { systemRandom } from "./random.ts";
export { realSockets } from "./sockets.ts";
export {
  exitWith,
  type Invocation,
  onReloadSignal,
  onUncaught,
  readInvocation,
  readStandardInput,
  realTerminal,
  runForeground,
  watchStopSignals,
} from "./invocation.ts";
export { realTimeZones } from "./time-zones.ts";
export type { Jwk, TokenKeys } from "./token-keys.ts";
export { realZstd } from "./zstd.ts";
export {
  collectGarbage,
  ensureStartedWith,
  keepHeapSmall,
} from "./small-heap.ts";
export { generateWebPushKey, openWebPushKeys } from "./web-push-crypto.ts";
