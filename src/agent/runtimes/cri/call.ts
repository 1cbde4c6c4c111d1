import { type GrpcChannel, GrpcError } from "#base";
import { RuntimeError } from "../../runtime.ts";
import { type Message, message } from "./message-codec.ts";

/** How long ordinary calls may take; containerd answers most within milliseconds. */
export const callTimeoutMs = 120_000;

/** For the requests and responses that say nothing. */
export const nothing = message<Record<never, never>>({});

/** One method of the CRI: its path and what goes in and out. */
export interface Method<Request, Response> {
  readonly path: string;
  readonly request: Message<Request>;
  readonly response: Message<Response>;
}

export function runtimeMethod<Request, Response>(
  name: string,
  request: Message<Request>,
  response: Message<Response>,
): Method<Request, Response> {
  return { path: `/runtime.v1.RuntimeService/${name}`, request, response };
}

export function imageMethod<Request, Response>(
  name: string,
  request: Message<Request>,
  response: Message<Response>,
): Method<Request, Response> {
  return { path: `/runtime.v1.ImageService/${name}`, request, response };
}

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

export async function call<Request, Response>(
  channel: GrpcChannel,
  method: Method<Request, Response>,
  request: Request,
  { signal, timeoutMs = callTimeoutMs }: CallOptions,
): Promise<Response> {
  try {
    const bytes = await channel.call(method.path, method.request.encode(request), {
      timeoutMs,
      signal,
    });
    return method.response.decode(bytes);
  } catch (error) {
    throw runtimeErrorOf(error);
  }
}

/** For look-ups: undefined when the runtime does not know the id. */
export async function find<Response>(answer: Promise<Response>): Promise<Response | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RuntimeError && error.code === "notFound") return undefined;
    throw error;
  }
}

/**
 * Translates what the channel throws; anything but a gRPC status passes through. The message is
 * worded as Go's gRPC words it, because users search for that in Events.
 */
export function runtimeErrorOf(error: unknown): unknown {
  if (!(error instanceof GrpcError)) return error;
  const code = `${error.code.charAt(0).toUpperCase()}${error.code.slice(1)}`;
  const sentence = `rpc error: code = ${code} desc = ${error.message}`;
  // Without the cause: it says the same again, with the client library's stack.
  return new RuntimeError(error.code, sentence);
}
