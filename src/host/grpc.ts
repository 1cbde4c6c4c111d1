import type { CallOptions, Client, ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import { type GrpcChannel, type GrpcCode, GrpcError, grpcCodes } from "#base";

/** containerd sends messages of up to 16 MiB; a list of many images comes close. */
const messageBytesMax = 32 * 1024 * 1024;

const channelOptions = {
  "grpc.max_receive_message_length": messageBytesMax,
  "grpc.max_send_message_length": messageBytesMax,
  // Nodes talk to their own runtime: never by a proxy that the environment names.
  "grpc.enable_http_proxy": 0,
  "grpc.service_config_disable_resolution": 1,
  // A restarted runtime is found again within a second.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.min_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
};

/**
 * A channel to `endpoint`: `unix:///run/containerd/containerd.sock` or `127.0.0.1:2379`. It connects
 * with its first call, without encryption.
 */
export async function openGrpcChannel(endpoint: string): Promise<GrpcChannel> {
  // 50 ms and more, which only those pay who have calls to make.
  const grpc = await import("@grpc/grpc-js");
  const client = new grpc.Client(endpoint, grpc.credentials.createInsecure(), channelOptions);
  return {
    call: (method, request, options) => call(client, method, request, options),
    stream: (method, request, signal) => stream(client, method, request, signal),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

function call(
  client: Client,
  method: string,
  request: Uint8Array,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const limits: CallOptions = { deadline: new Date(Date.now() + options.timeoutMs) };
    const cancel = () => running.cancel();
    const running = client.makeUnaryRequest(
      method,
      toBuffer,
      toBytes,
      request,
      limits,
      (error: ServiceError | null, response?: Uint8Array) => {
        signal.removeEventListener("abort", cancel);
        if (error !== null) reject(signal.aborted ? signal.reason : grpcErrorOf(error));
        else resolve(response ?? new Uint8Array());
      },
    );
    signal.addEventListener("abort", cancel, { once: true });
  });
}

async function* stream(
  client: Client,
  method: string,
  request: Uint8Array,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const running: ClientReadableStream<Uint8Array> = client.makeServerStreamRequest(
    method,
    toBuffer,
    toBytes,
    request,
  );
  const cancel = () => running.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    for await (const message of running) yield message;
  } catch (error) {
    // The stream's error is the call's status, which our callers know as a `GrpcError`.
    if (signal.aborted) throw signal.reason;
    throw error instanceof Error && isServiceError(error) ? grpcErrorOf(error) : error;
  } finally {
    signal.removeEventListener("abort", cancel);
    running.cancel();
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toBytes(buffer: Buffer): Uint8Array {
  return buffer;
}

function isServiceError(error: Error): error is ServiceError {
  return "code" in error && typeof error.code === "number" && "details" in error;
}

function grpcErrorOf(error: ServiceError): GrpcError {
  const code: GrpcCode = grpcCodes[error.code - 1] ?? "unknown";
  return new GrpcError(code, error.details, { cause: error });
}
