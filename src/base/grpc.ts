/** gRPC's status codes without `OK`, in lower camel case; the order is that of their numbers, from 1. */
export const grpcCodes = [
  "cancelled",
  "unknown",
  "invalidArgument",
  "deadlineExceeded",
  "notFound",
  "alreadyExists",
  "permissionDenied",
  "resourceExhausted",
  "failedPrecondition",
  "aborted",
  "outOfRange",
  "unimplemented",
  "internal",
  "unavailable",
  "dataLoss",
  "unauthenticated",
] as const;

export type GrpcCode = (typeof grpcCodes)[number];

/** A call that did not end with `OK`: the server's refusal, or no server (`unavailable`). */
export class GrpcError extends Error {
  readonly code: GrpcCode;

  constructor(code: GrpcCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "GrpcError";
    this.code = code;
  }
}

/**
 * Calls to one gRPC server. Messages are encoded bytes; methods are paths such as
 * `/runtime.v1.RuntimeService/Version`. A lost connection is opened anew by the next call.
 */
export interface GrpcChannel extends AsyncDisposable {
  /** Rejects with a `GrpcError`, or with the signal's reason when that aborts first. */
  call(
    method: string,
    request: Uint8Array,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<Uint8Array>;
  /** One request, many responses; the iteration throws a `GrpcError` unless the server ended with `OK`. */
  stream(method: string, request: Uint8Array, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
