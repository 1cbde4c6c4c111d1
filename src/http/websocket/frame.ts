import { concat } from "../body.ts";

/** RFC 6455 section 5.2: what a frame is for. */
export const opcodes = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

export interface Frame {
  readonly opcode: number;
  /** The last frame of its message. */
  readonly final: boolean;
  readonly payload: Uint8Array;
}

/** The other side broke the protocol; `closeCode` tells it how (RFC 6455 section 7.4.1). */
export class WebSocketError extends Error {
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.name = "WebSocketError";
    this.closeCode = closeCode;
  }
}

export const closeCodes = { normal: 1000, protocolError: 1002, tooBig: 1009 } as const;

interface Head {
  readonly opcode: number;
  readonly final: boolean;
  readonly maskOffset: number | undefined;
  readonly payloadOffset: number;
  readonly payloadBytes: number;
}

export interface FrameReaderOptions {
  /** RFC 6455 section 5.1: clients mask what they send, servers must not. */
  readonly masked: "required" | "forbidden";
  readonly payloadBytesMax: number;
}

/** Takes bytes as they come and gives frames as they become whole. */
export class FrameReader {
  readonly #options: FrameReaderOptions;
  #chunks: Uint8Array[] = [];
  #byteCount = 0;
  /** No frame is whole before this many bytes are here, so they are not joined earlier. */
  #wantedBytes = 2;

  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  /** Adds bytes and returns the frames that are whole now. Throws `WebSocketError`. */
  push(chunk: Uint8Array): readonly Frame[] {
    this.#chunks.push(chunk);
    this.#byteCount += chunk.byteLength;
    if (this.#byteCount < this.#wantedBytes) return [];
    const frames: Frame[] = [];
    let rest = concat(this.#chunks);
    for (;;) {
      const head = readHead(rest, this.#options);
      const wholeBytes = typeof head === "number" ? head : head.payloadOffset + head.payloadBytes;
      if (typeof head === "number" || rest.byteLength < wholeBytes) {
        this.#chunks = [rest];
        this.#byteCount = rest.byteLength;
        this.#wantedBytes = wholeBytes;
        return frames;
      }
      frames.push({ opcode: head.opcode, final: head.final, payload: payloadOf(rest, head) });
      rest = rest.subarray(wholeBytes);
    }
  }
}

/** The head of the frame at the start of `bytes`, or how many bytes are needed to read more of it. */
function readHead(bytes: Uint8Array, options: FrameReaderOptions): Head | number {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return 2;
  checkFirstBytes(first, second, options);
  const short = second & 0x7f;
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const maskBytes = options.masked === "required" ? 4 : 0;
  const payloadOffset = 2 + lengthBytes + maskBytes;
  if (bytes.byteLength < payloadOffset) return payloadOffset;
  const payloadBytes = lengthBytes === 0 ? short : readLength(bytes, lengthBytes);
  if (payloadBytes > options.payloadBytesMax) {
    throw new WebSocketError(closeCodes.tooBig, "message is too big");
  }
  return {
    opcode: first & 0x0f,
    final: (first & 0x80) !== 0,
    maskOffset: maskBytes === 0 ? undefined : payloadOffset - maskBytes,
    payloadOffset,
    payloadBytes,
  };
}

function checkFirstBytes(first: number, second: number, options: FrameReaderOptions): void {
  const refuse = (message: string) => new WebSocketError(closeCodes.protocolError, message);
  if ((first & 0x70) !== 0) throw refuse("reserved bits are set");
  const isMasked = (second & 0x80) !== 0;
  if (isMasked !== (options.masked === "required")) {
    throw refuse(isMasked ? "server frame is masked" : "client frame is not masked");
  }
  const isControl = (first & 0x0f) >= opcodes.close;
  const isFinal = (first & 0x80) !== 0;
  if (isControl && !isFinal) throw refuse("control frame is fragmented");
  if (isControl && (second & 0x7f) > 125) throw refuse("control frame is too long");
}

function readLength(bytes: Uint8Array, lengthBytes: 2 | 8): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return lengthBytes === 2 ? view.getUint16(2) : Number(view.getBigUint64(2));
}

function payloadOf(bytes: Uint8Array, head: Head): Uint8Array {
  const payload = bytes.subarray(head.payloadOffset, head.payloadOffset + head.payloadBytes);
  if (head.maskOffset === undefined) return payload;
  return masked(payload, bytes.subarray(head.maskOffset, head.maskOffset + 4));
}

/** The payload with the mask applied, which also takes it off. */
function masked(payload: Uint8Array, mask: Uint8Array): Uint8Array {
  const result = new Uint8Array(payload.byteLength);
  for (let index = 0; index < result.length; index++) {
    result[index] = (payload[index] ?? 0) ^ (mask[index & 3] ?? 0);
  }
  return result;
}

/** Encodes an unfragmented frame; a client gives the four bytes of a mask. */
export function encodeFrame(opcode: number, payload: Uint8Array, mask?: Uint8Array): Uint8Array {
  const length = payload.byteLength;
  const lengthBytes = length > 0xffff ? 8 : length > 125 ? 2 : 0;
  const maskOffset = 2 + lengthBytes;
  const payloadOffset = maskOffset + (mask === undefined ? 0 : 4);
  const frame = new Uint8Array(payloadOffset + length);
  const view = new DataView(frame.buffer);
  const short = lengthBytes === 8 ? 127 : lengthBytes === 2 ? 126 : length;
  frame[0] = 0x80 | opcode;
  frame[1] = short | (mask === undefined ? 0 : 0x80);
  if (lengthBytes === 2) view.setUint16(2, length);
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(length));
  if (mask !== undefined) frame.set(mask, maskOffset);
  frame.set(mask === undefined ? payload : masked(payload, mask), payloadOffset);
  return frame;
}
