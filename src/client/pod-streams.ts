/**
 * Two-way streams to pods: commands that run in them, connections to their ports, and what they print.
 *
 * Spoken is SPDY/3.1, which every Kubernetes understands and in which each direction of a stream can
 * end by itself. Each command and each connection has an upgraded connection of its own, so that a
 * slow reader of one holds up no other.
 */
import type { Body, Connection, HttpTransport } from "#base";
import type { ObjectKey } from "#api";
import { collect, SpdyClient, type SpdyStream } from "#http";
import { decodeCommandStatus } from "./decode.ts";
import { openExchange, refusalOf } from "./http-exchange.ts";
import { withQuery } from "./request-path.ts";

export interface PodCommand {
  readonly container: string;
  readonly words: readonly string[];
}

/** Where a command's streams lead. Without `input` the command has none. */
export interface CommandStreams {
  readonly input?: AsyncIterable<Uint8Array>;
  output(bytes: Uint8Array): Promise<void>;
  /** Not called for a terminal, where both outputs are one. */
  error(bytes: Uint8Array): Promise<void>;
  /** Gives the command a terminal, first of the present size, then of each that follows. */
  readonly terminal?: AsyncIterable<TerminalSize>;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Which part of a container's log, in the API's own terms. */
export interface LogQuery {
  readonly container: string;
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  readonly sinceSeconds: number | undefined;
  /** RFC 3339; excludes `sinceSeconds`. */
  readonly sinceTime: string | undefined;
}

/** Every method throws `StatusError` for what the server refuses. */
export interface PodStreams {
  /** Runs a command to its end and gives its exit status. Throws when it cannot be started. */
  exec(
    pod: ObjectKey,
    command: PodCommand,
    streams: CommandStreams,
    signal: AbortSignal,
  ): Promise<number>;
  /** Connects to a port of the pod. What the node says against it ends `received` with an error. */
  connect(pod: ObjectKey, port: number, signal: AbortSignal): Promise<Connection>;
  /** The log as it is, or as it grows; ends when its container has. */
  log(pod: ObjectKey, query: LogQuery, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

const commandProtocol = "v4.channel.k8s.io";
const portProtocol = "portforward.k8s.io";
const verdictBytesMax = 64 * 1024;
/** Frames of SPDY have three bytes for their length; servers read through smaller buffers anyway. */
const frameBytesMax = 64 * 1024;
const utf8 = new TextDecoder();

/** Streams to the pods behind `transport`'s API server. */
export function createPodStreams(transport: HttpTransport): PodStreams {
  return {
    exec: (pod, command, streams, signal) => exec(transport, { pod, command }, streams, signal),
    connect: (pod, port, signal) => connect(transport, pod, port, signal),
    async log(pod, query, signal) {
      const target = withQuery(podPath(pod, "log"), { ...query });
      const { body } = await openExchange(transport, { method: "GET", target }, signal);
      return chunksOf(body);
    },
  };
}

async function exec(
  transport: HttpTransport,
  { pod, command }: { readonly pod: ObjectKey; readonly command: PodCommand },
  streams: CommandStreams,
  signal: AbortSignal,
): Promise<number> {
  const isTerminal = streams.terminal !== undefined;
  const query = new URLSearchParams({
    container: command.container,
    stdin: String(streams.input !== undefined),
    stdout: "true",
    stderr: String(!isTerminal),
    tty: String(isTerminal),
  });
  for (const word of command.words) query.append("command", word);
  const target = `${podPath(pod, "exec")}?${query}`;
  await using connection = await upgrade(transport, target, commandProtocol, signal);
  const client = new SpdyClient(connection);
  const running = client.run();
  const error = await client.open({ streamType: "error" });
  if (streams.input !== undefined) {
    leaveAlone(sendAll(streams.input, await client.open({ streamType: "stdin" })));
  }
  const outputs = [copyOut(await client.open({ streamType: "stdout" }), streams.output)];
  if (streams.terminal === undefined) {
    outputs.push(copyOut(await client.open({ streamType: "stderr" }), streams.error));
  } else {
    leaveAlone(sendSizes(streams.terminal, await client.open({ streamType: "resize" })));
  }
  const [verdict] = await Promise.all([readAll(error), ...outputs]);
  leaveAlone(running);
  signal.throwIfAborted();
  return exitStatusOf(verdict);
}

/** The exit status of the command; throws with the reason when it did not even run. */
function exitStatusOf(verdict: string): number {
  if (verdict === "") throw new Error("the connection to the command was lost");
  const { status, message, causes } = decodeCommandStatus(JSON.parse(verdict));
  if (status === "Success") return 0;
  const exitCode = causes.find(({ reason }) => reason === "ExitCode")?.message;
  if (exitCode !== undefined && /^\d{1,3}$/.test(exitCode)) return Number(exitCode);
  throw new Error(message ?? "the command failed");
}

async function connect(
  transport: HttpTransport,
  pod: ObjectKey,
  port: number,
  signal: AbortSignal,
): Promise<Connection> {
  const target = podPath(pod, "portforward");
  const connection = await upgrade(transport, target, portProtocol, signal);
  const client = new SpdyClient(connection);
  const running = client.run();
  const facts = { port: String(port), requestID: "0" };
  const errors = await client.open({ ...facts, streamType: "error" });
  await errors.finish();
  const stream = await client.open({ ...facts, streamType: "data" });
  leaveAlone(running);
  return {
    received: receivedOn(stream, errors),
    send: (bytes) => sendPieces(stream, bytes),
    finish: () => stream.finish(),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/** What came from the port; then, when the node had something to say against it, an error. */
async function* receivedOn(stream: SpdyStream, errors: SpdyStream): AsyncGenerator<Uint8Array> {
  yield* stream.received;
  const message = await readAll(errors);
  if (message !== "") throw new Error(message.trim());
}

async function upgrade(
  transport: HttpTransport,
  target: string,
  protocol: string,
  signal: AbortSignal,
): Promise<Connection> {
  const headers = {
    connection: "Upgrade",
    upgrade: "SPDY/3.1",
    "x-stream-protocol-version": protocol,
    "content-length": "0",
  };
  const request = { method: "POST", target, headers, body: undefined };
  const result = await transport.upgrade(request, signal);
  if (result.kind === "upgraded") return result.connection;
  const { status, body } = result.response;
  throw refusalOf(status, await readChunks(chunksOf(body)));
}

async function sendAll(chunks: AsyncIterable<Uint8Array>, stream: SpdyStream): Promise<void> {
  for await (const chunk of chunks) await sendPieces(stream, chunk);
  await stream.finish();
}

async function sendPieces(stream: SpdyStream, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; offset += frameBytesMax) {
    await stream.send(bytes.subarray(offset, offset + frameBytesMax));
  }
}

async function sendSizes(sizes: AsyncIterable<TerminalSize>, stream: SpdyStream): Promise<void> {
  for await (const { columns, rows } of sizes) {
    const size = JSON.stringify({ Width: columns, Height: rows });
    await stream.send(new TextEncoder().encode(`${size}\n`));
  }
}

async function copyOut(
  stream: SpdyStream,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  for await (const bytes of stream.received) await write(bytes);
}

function readAll(stream: SpdyStream): Promise<string> {
  return readChunks(stream.received);
}

async function readChunks(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const refuse = () => new Error("the server's verdict is too long");
  return utf8.decode(await collect(chunks, verdictBytesMax, refuse));
}

/** For what ends with the connection, one way or the other, and whose end tells nothing new. */
function leaveAlone(work: Promise<void>): void {
  work.catch(() => {});
}

async function* chunksOf(body: Body | undefined): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body;
  else if (body !== undefined) yield* body;
}

function podPath({ namespace, name }: ObjectKey, subresource: string): string {
  const [inNamespace, pod] = [encodeURIComponent(namespace), encodeURIComponent(name)];
  return `/api/v1/namespaces/${inNamespace}/pods/${pod}/${subresource}`;
}
