import type { Connection, Random } from "#base";
import { concat } from "../body.ts";
import {
  closeCodes,
  encodeFrame,
  type Frame,
  FrameReader,
  opcodes,
  WebSocketError,
} from "./frame.ts";

export interface WebSocketMessage {
  readonly kind: "text" | "binary";
  /** UTF-8 when the kind is text; who needs a string decodes and thereby checks it. */
  readonly bytes: Uint8Array;
}

/** A connection of whole messages. */
export interface WebSocket extends AsyncDisposable {
  /**
   * What the other side sends, in order; ends when it closes. It must be read even by those who expect
   * nothing, since pings and the close are answered on the way. Throws `WebSocketError` after telling
   * the other side what it did wrong.
   */
  readonly messages: AsyncIterable<WebSocketMessage>;
  /** Resolves when the message has been handed on, so that a slow reader slows the writer. */
  send(message: WebSocketMessage): Promise<void>;
  /** Says that we are done and why; the reason is for people. Later sends are refused. */
  close(code: number, reason: string): Promise<void>;
}

export interface WebSocketOptions {
  /** A client masks what it sends, by chance. */
  readonly role: "server" | { readonly client: Random };
  /** Longer messages end the connection. */
  readonly messageBytesMax: number;
}

/** A WebSocket (RFC 6455) over a connection that was upgraded to one. Extensions are not spoken. */
export function openWebSocket(connection: Connection, options: WebSocketOptions): WebSocket {
  const { role } = options;
  let closing = false;
  const sendFrame = (opcode: number, payload: Uint8Array) => {
    const mask = role === "server" ? undefined : role.client.bytes(4);
    return connection.send(encodeFrame(opcode, payload, mask));
  };
  const close = async (code: number, reason: string) => {
    if (closing) return;
    closing = true;
    await sendFrame(opcodes.close, closePayload(code, reason));
    await connection.finish();
  };
  return {
    messages: readMessages(connection, options, { sendFrame, close }),
    send: async ({ kind, bytes }) => {
      if (closing) throw new Error("WebSocket is closed");
      await sendFrame(opcodes[kind], bytes);
    },
    close,
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

interface Answers {
  readonly sendFrame: (opcode: number, payload: Uint8Array) => Promise<void>;
  readonly close: (code: number, reason: string) => Promise<void>;
}

async function* readMessages(
  connection: Connection,
  options: WebSocketOptions,
  answers: Answers,
): AsyncGenerator<WebSocketMessage> {
  const assembly = new MessageAssembly(options.messageBytesMax);
  try {
    for await (const frame of readFrames(connection, options)) {
      if (frame.opcode === opcodes.close) {
        await answers.close(closeCodeOf(frame.payload), "");
        return;
      }
      if (frame.opcode === opcodes.ping) await answers.sendFrame(opcodes.pong, frame.payload);
      const message = assembly.add(frame);
      if (message !== undefined) yield message;
    }
  } catch (error) {
    // The other side is told what it broke before ours learns of it.
    if (error instanceof WebSocketError) await answers.close(error.closeCode, error.message);
    throw error;
  }
}

async function* readFrames(
  connection: Connection,
  options: WebSocketOptions,
): AsyncGenerator<Frame> {
  const reader = new FrameReader({
    masked: options.role === "server" ? "required" : "forbidden",
    payloadBytesMax: options.messageBytesMax,
  });
  for await (const chunk of connection.received) yield* reader.push(chunk);
}

/** Joins the frames of a message. Control frames may come between them and change nothing. */
class MessageAssembly {
  readonly #bytesMax: number;
  #kind: "text" | "binary" | undefined;
  #parts: Uint8Array[] = [];
  #byteCount = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The message that this frame completes, if it does. */
  add(frame: Frame): WebSocketMessage | undefined {
    if (frame.opcode === opcodes.ping || frame.opcode === opcodes.pong) return undefined;
    const kind = this.#kindWith(frame.opcode);
    this.#parts.push(frame.payload);
    this.#byteCount += frame.payload.byteLength;
    if (this.#byteCount > this.#bytesMax) {
      throw new WebSocketError(closeCodes.tooBig, "message is too big");
    }
    if (!frame.final) return undefined;
    const bytes = concat(this.#parts);
    this.#kind = undefined;
    this.#parts = [];
    this.#byteCount = 0;
    return { kind, bytes };
  }

  #kindWith(opcode: number): "text" | "binary" {
    const started = this.#kind;
    if (opcode === opcodes.continuation && started !== undefined) return started;
    if (started !== undefined || (opcode !== opcodes.text && opcode !== opcodes.binary)) {
      throw new WebSocketError(closeCodes.protocolError, "unexpected frame");
    }
    this.#kind = opcode === opcodes.text ? "text" : "binary";
    return this.#kind;
  }
}

function closePayload(code: number, reason: string): Uint8Array {
  // A control frame has at most 125 bytes, two of which are the code.
  const text = new TextEncoder().encode(reason).subarray(0, 123);
  const payload = new Uint8Array(2 + text.byteLength);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(text, 2);
  return payload;
}

function closeCodeOf(payload: Uint8Array): number {
  const [high, low] = payload;
  return high === undefined || low === undefined ? closeCodes.normal : high * 256 + low;
}
