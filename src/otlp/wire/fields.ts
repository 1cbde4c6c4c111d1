/** Values of fields as both encodings of the protocol have them. */
import { ProtobufReader, wireBytes } from "#base";

const nanosPerMs = 1_000_000;

/** Nanoseconds as whole milliseconds. */
export function millisOf(nanos: number | bigint): number {
  if (typeof nanos === "number") return Math.trunc(nanos / nanosPerMs);
  return Number(BigInt.asIntN(64, nanos) / BigInt(nanosPerMs));
}

/** Identifiers of only zeros are none. */
export function hexOf(bytes: Uint8Array): string {
  if (bytes.every((byte) => byte === 0)) return "";
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A signed integer of 32 bits, sent as 0, −1, 1, −2, …. */
export function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** Adds a repeated count, packed or not. */
export function readCounts(
  reader: ProtobufReader,
  into: number[],
  encoding: "fixed" | "varint",
): void {
  if (reader.wireType !== wireBytes) {
    into.push(Number(encoding === "fixed" ? reader.fixed64() : reader.uint64()));
    return;
  }
  const bytes = reader.bytes();
  if (encoding === "varint") {
    const packed = ProtobufReader.packed(bytes);
    while (!packed.isAtEnd) into.push(Number(packed.varint()));
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.byteLength; at += 8) {
    into.push(Number(view.getBigUint64(at, true)));
  }
}

/** Adds a repeated double, packed or not. */
export function readDoubles(reader: ProtobufReader, into: number[]): void {
  if (reader.wireType !== wireBytes) {
    into.push(reader.double());
    return;
  }
  const bytes = reader.bytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.byteLength; at += 8) into.push(view.getFloat64(at, true));
}
