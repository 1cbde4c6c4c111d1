import { ProtobufError, ProtobufReader, ProtobufWriter } from "#base";

/** The messages of a sequence in which each has its length in front. Throws `ProtobufError`. */
export function* delimited(bytes: Uint8Array): Iterable<ProtobufReader> {
  let offset = 0;
  while (offset < bytes.length) {
    const prefix = new ProtobufReader(bytes, offset);
    const length = Number(prefix.varint());
    const start = prefix.position;
    offset = start + length;
    if (offset > bytes.length) throw new ProtobufError("message is cut off", start);
    yield new ProtobufReader(bytes, start, offset);
  }
}

/** One message with its length in front. */
export function withLength(message: Uint8Array): Uint8Array {
  const writer = new ProtobufWriter();
  writer.varint(message.length);
  writer.raw(message);
  return writer.finish();
}
