/**
 * Kubernetes' WebSocket channels, version 5, on one side and SPDY streams, version 4, on the other.
 *
 * A WebSocket message is one byte with the channel's number and what is sent on it. Version 5 has a
 * message of two bytes, 255 and a channel, by which the client ends that channel: the end of standard
 * input, which version 4 cannot tell. As SPDY streams can be ended, nothing is lost in translation.
 */
import { type Connection, describeError } from "#base";
import { closeCodes, collect, SpdyClient, type SpdyStream, type WebSocket } from "#http";
import type { StreamChoice } from "../runtime.ts";

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;
const endOfChannel = 255;
const verdictBytesMax = 64 * 1024;

type Channel = keyof typeof channels;

/**
 * Copies between the two until the command has ended, then closes both. Never rejects: what breaks is
 * told to the client on its error channel.
 */
export async function translateChannels(
  socket: WebSocket,
  connection: Connection,
  choice: StreamChoice,
): Promise<void> {
  await using ownedSocket = socket;
  await using ownedConnection = connection;
  const client = new SpdyClient(ownedConnection);
  const streams = new Map<Channel, SpdyStream>();
  const close = () => ownedConnection[Symbol.asyncDispose]();
  const opened = openStreams(client, streams, choice);
  // A client that leaves takes the command's streams with it, which ends the copying below.
  const up = opened.then(() => carryUp(ownedSocket, streams)).then(close, close);
  try {
    await opened;
    await carry(ownedSocket, client, streams);
  } catch (error) {
    await sendFailure(ownedSocket, error).catch(() => {});
  }
  await ownedSocket.close(closeCodes.normal, "").catch(() => {});
  // Until the client has closed too: what it still sends would otherwise hit a closed connection.
  await up;
}

/** Fills the map in the order of the streams' numbers. */
async function openStreams(
  client: SpdyClient,
  streams: Map<Channel, SpdyStream>,
  choice: StreamChoice,
): Promise<void> {
  for (const channel of channelsOf(choice)) {
    streams.set(channel, await client.open({ streamType: channel }));
  }
}

async function carry(
  socket: WebSocket,
  client: SpdyClient,
  streams: ReadonlyMap<Channel, SpdyStream>,
): Promise<void> {
  // Clients wait for a first message before they believe in the connection.
  await sendOn(socket, streams.has("stdout") ? "stdout" : "stderr", new Uint8Array(0));
  const carrying = async () => {
    await Promise.all([carryDown(socket, streams, "stdout"), carryDown(socket, streams, "stderr")]);
    // Last of all: clients take it for the end of everything.
    await carryVerdict(socket, streams.get("error"));
  };
  await Promise.all([client.run(), carrying()]);
}

/** In the order in which upstream opens them. */
function channelsOf({ stdin, stdout, stderr, tty }: StreamChoice): readonly Channel[] {
  return [
    "error",
    ...(stdin ? (["stdin"] as const) : []),
    ...(stdout ? (["stdout"] as const) : []),
    ...(stderr && !tty ? (["stderr"] as const) : []),
    ...(tty ? (["resize"] as const) : []),
  ];
}

async function carryUp(
  socket: WebSocket,
  streams: ReadonlyMap<Channel, SpdyStream>,
): Promise<void> {
  const writable = (number: number | undefined) => {
    if (number === channels.stdin) return streams.get("stdin");
    return number === channels.resize ? streams.get("resize") : undefined;
  };
  for await (const { bytes } of socket.messages) {
    const [channel, which] = bytes;
    if (channel === endOfChannel) await writable(which)?.finish();
    else if (bytes.length > 1) await writable(channel)?.send(bytes.subarray(1));
  }
}

async function carryDown(
  socket: WebSocket,
  streams: ReadonlyMap<Channel, SpdyStream>,
  channel: "stdout" | "stderr",
): Promise<void> {
  for await (const bytes of streams.get(channel)?.received ?? []) {
    await sendOn(socket, channel, bytes);
  }
}

/** How the command ended: a Status in JSON, which clients want in one message. */
async function carryVerdict(socket: WebSocket, stream: SpdyStream | undefined): Promise<void> {
  if (stream === undefined) return;
  const refuse = () => new Error("the runtime's verdict is too long");
  const bytes = await collect(stream.received, verdictBytesMax, refuse);
  if (bytes.length > 0) await sendOn(socket, "error", bytes);
}

async function sendFailure(socket: WebSocket, error: unknown): Promise<void> {
  const message = describeError(error);
  const failure = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message };
  await sendOn(socket, "error", new TextEncoder().encode(JSON.stringify(failure)));
}

async function sendOn(socket: WebSocket, channel: Channel, bytes: Uint8Array): Promise<void> {
  const message = new Uint8Array(1 + bytes.length);
  message[0] = channels[channel];
  message.set(bytes, 1);
  await socket.send({ kind: "binary", bytes: message });
}
