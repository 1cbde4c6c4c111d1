/** What was told to whom as peers tell it: `MeshEntry` of Alertmanager's `nflog.proto`. */
import { type ProtobufReader, ProtobufWriter, wireBytes } from "#base";
import type { LogEntry } from "../notify/notification-log.ts";
import { readTime, writeTime } from "./wire-time.ts";

export function encodeTold(entry: LogEntry): Uint8Array {
  const writer = new ProtobufWriter();
  const mark = writer.begin(1);
  writer.bytes(1, new TextEncoder().encode(entry.groupKey));
  const receiver = writer.begin(2);
  writer.string(1, entry.receiver);
  writer.string(2, entry.integration);
  if (entry.index !== 0) writer.integer(3, entry.index);
  writer.end(receiver);
  writeTime(writer, 5, entry.timestampMs);
  for (const hash of entry.firing) writer.integer(6, BigInt(`0x${hash}`));
  for (const hash of entry.resolved) writer.integer(7, BigInt(`0x${hash}`));
  writer.end(mark);
  writeTime(writer, 2, entry.expiresAtMs);
  return writer.finish();
}

/** Undefined for what says nothing of anybody. Throws `ProtobufError`. */
export function readTold(reader: ProtobufReader): LogEntry | undefined {
  let entry: Omit<LogEntry, "expiresAtMs"> | undefined;
  let expiresAtMs = 0;
  while (reader.next()) {
    if (reader.field === 1) entry = readEntry(reader.message());
    else if (reader.field === 2) expiresAtMs = readTime(reader);
    else reader.skip();
  }
  return entry === undefined || entry.receiver === "" ? undefined : { ...entry, expiresAtMs };
}

function readEntry(reader: ProtobufReader): Omit<LogEntry, "expiresAtMs"> {
  const firing: string[] = [];
  const resolved: string[] = [];
  let groupKey = "";
  let receiver = { receiver: "", integration: "", index: 0 };
  let timestampMs = 0;
  while (reader.next()) {
    if (reader.field === 1) groupKey = new TextDecoder().decode(reader.bytes());
    else if (reader.field === 2) receiver = readReceiver(reader.message());
    else if (reader.field === 5) timestampMs = readTime(reader);
    else if (reader.field === 6) firing.push(...readHashes(reader));
    else if (reader.field === 7) resolved.push(...readHashes(reader));
    else reader.skip();
  }
  return { groupKey, ...receiver, timestampMs, firing, resolved };
}

function readReceiver(reader: ProtobufReader) {
  const found = { receiver: "", integration: "", index: 0 };
  while (reader.next()) {
    if (reader.field === 1) found.receiver = reader.string();
    else if (reader.field === 2) found.integration = reader.string();
    else if (reader.field === 3) found.index = reader.uint32();
    else reader.skip();
  }
  return found;
}

/** Several in one field, or one: writers may do either. */
function* readHashes(reader: ProtobufReader): Iterable<string> {
  if (reader.wireType !== wireBytes) {
    yield hashText(reader.uint64());
    return;
  }
  const inner = reader.message();
  while (!inner.isAtEnd) yield hashText(inner.varint());
}

function hashText(hash: number | bigint): string {
  return BigInt(hash).toString(16).padStart(16, "0");
}
