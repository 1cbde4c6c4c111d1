/**
 * SHA-1 (FIPS 180-4), which the WebSocket handshake asks for. It protects nothing there: it only shows
 * that the server understood the request. Do not use it for anything else.
 */
export function sha1(message: Uint8Array): Uint8Array {
  const view = new DataView(padded(message).buffer);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let offset = 0; offset < view.byteLength; offset += 64) addBlock(state, view, offset);
  const digest = new DataView(new ArrayBuffer(20));
  for (const [index, word] of state.entries()) digest.setUint32(index * 4, word);
  return new Uint8Array(digest.buffer);
}

/** The message, a one bit, zeros up to 8 bytes before a multiple of 64, and the length in bits. */
function padded(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = message.byteLength;
  const bytes = new Uint8Array((((length + 8) >> 6) + 1) * 64);
  bytes.set(message);
  bytes[length] = 0x80;
  new DataView(bytes.buffer).setUint32(bytes.byteLength - 4, length * 8);
  return bytes;
}

function addBlock(state: number[], view: DataView, offset: number): void {
  const words = new Int32Array(80);
  for (let index = 0; index < 80; index++) {
    words[index] = index < 16 ? view.getInt32(offset + index * 4) : mixed(words, index);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let index = 0; index < 80; index++) {
    const sum = (rotate(a, 5) + round(index, b, c, d) + e + (words[index] ?? 0)) | 0;
    [a, b, c, d, e] = [sum, a, rotate(b, 30), c, d];
  }
  for (const [index, word] of [a, b, c, d, e].entries()) {
    state[index] = ((state[index] ?? 0) + word) >>> 0;
  }
}

function mixed(words: Int32Array, index: number): number {
  const at = (distance: number) => words[index - distance] ?? 0;
  return rotate(at(3) ^ at(8) ^ at(14) ^ at(16), 1);
}

function round(index: number, b: number, c: number, d: number): number {
  if (index < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (index < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (index < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function rotate(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}
