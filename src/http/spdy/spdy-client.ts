import type { Connection } from "#base";
import { ChunkQueue } from "../chunk-queue.ts";
import {
  encodeControl,
  encodeData,
  encodeSynStream,
  frameTypes,
  type SpdyFrame,
  SpdyFrameReader,
} from "./spdy-frame.ts";

/** One of the streams that share a connection. */
export interface SpdyStream {
  /** What the server sends on this stream; ends when it has finished. */
  readonly received: AsyncIterable<Uint8Array>;
  send(bytes: Uint8Array): Promise<void>;
  /** Ends our direction of the stream. */
  finish(): Promise<void>;
}

/** The reading of all streams waits while so much of one lies unread: SPDY here has no windows. */
const unreadBytesMax = 256 * 1024;

/** Several streams over one connection to a server that has granted an upgrade to SPDY/3.1. */
export class SpdyClient {
  readonly #connection: Connection;
  readonly #incoming = new Map<number, ChunkQueue>();
  #nextStream = 1;
  #hasEnded = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async open(headers: Readonly<Record<string, string>>): Promise<SpdyStream> {
    const stream = this.#nextStream;
    // Streams that a client opens have odd numbers.
    this.#nextStream += 2;
    const received = new ChunkQueue(Number.POSITIVE_INFINITY);
    if (this.#hasEnded) received.end();
    this.#incoming.set(stream, received);
    const place = stream === 1 ? "first" : "later";
    await this.#connection.send(encodeSynStream(stream, headers, place));
    return {
      received,
      send: (bytes) => this.#connection.send(encodeData(stream, bytes, false)),
      finish: () => this.#connection.send(encodeData(stream, new Uint8Array(0), true)),
    };
  }

  /** Hands what arrives to the streams, until the server closes the connection. */
  async run(): Promise<void> {
    const reader = new SpdyFrameReader();
    try {
      for await (const chunk of this.#connection.received) {
        for (const frame of reader.push(chunk)) await this.#take(frame);
      }
    } finally {
      this.#hasEnded = true;
      for (const queue of this.#incoming.values()) queue.end();
    }
  }

  async #take(frame: SpdyFrame): Promise<void> {
    if (frame.kind === "data") {
      const queue = this.#incoming.get(frame.stream);
      if (queue === undefined) return;
      if (frame.payload.length > 0) queue.push(frame.payload);
      if (frame.last) queue.end();
      else if (queue.waitingBytes > unreadBytesMax) await queue.drained();
      return;
    }
    if (frame.type === frameTypes.ping) {
      await this.#connection.send(encodeControl(frameTypes.ping, frame.payload));
    }
    if (frame.type === frameTypes.reset) {
      const stream = new DataView(frame.payload.slice().buffer).getUint32(0) & 0x7fffffff;
      this.#incoming.get(stream)?.end();
    }
  }
}
