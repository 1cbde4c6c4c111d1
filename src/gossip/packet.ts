/**
 * How messages travel in one datagram: several together, packed, with a checksum, under the cluster's
 * label. All of it is optional and may be nested, as memberlist nests it.
 */
import { describeError } from "#base";
import { crc32 } from "./crc32.ts";
import { GossipError } from "./gossip-error.ts";
import { decompressLzw } from "./lzw.ts";
import { type Message, messageTypes } from "./message.ts";
import { MessageFields } from "./message-fields.ts";
import { joined, MsgpackReader } from "./msgpack.ts";
import { readMessage } from "./read-message.ts";

/** What a datagram said. What cannot be read does not keep the rest from being heard. */
export interface UnpackedPacket {
  readonly messages: readonly Message[];
  readonly problems: readonly string[];
}

/** Datagrams are made no larger, so that nothing on the way has to cut them. */
export const packetBytesMax = 1_400;
/** What stands before several messages, and before each of them. */
export const compoundHeaderBytes = 2;
export const compoundEntryBytes = 2;
const compoundEntriesMax = 255;
const labelBytesMax = 255;
const checksumBytes = 5;
/** What one datagram may come to when everything in it is unpacked. */
const unpackedBytesMax = 1024 * 1024;
const nestingMax = 4;

/** Throws `GossipError` for a label that no packet can carry. */
export function encodeLabel(label: string): Uint8Array {
  const bytes = new TextEncoder().encode(label);
  if (bytes.length > labelBytesMax) throw new GossipError(`label "${label}" is too long`);
  if (bytes.length === 0) return bytes;
  return joined([Uint8Array.of(messageTypes.label, bytes.length), bytes]);
}

/** Puts messages into one datagram. `checked` adds a checksum, which not every version reads. */
export function packMessages(
  messages: readonly Uint8Array[],
  header: { readonly label: Uint8Array; readonly isChecked: boolean },
): Uint8Array {
  const [first = new Uint8Array()] = messages;
  const content = messages.length === 1 ? first : compound(messages);
  return joined([header.label, ...(header.isChecked ? [checksum(content)] : []), content]);
}

/** Throws `GossipError` for a packet of another cluster, and for one that was damaged on its way. */
export function unpackPacket(bytes: Uint8Array, label: Uint8Array): UnpackedPacket {
  const content = withoutChecksum(withoutLabel(bytes, label));
  const unpacking: Unpacking = { messages: [], problems: [], bytesLeft: unpackedBytesMax };
  unpack(content, unpacking, 0);
  return unpacking;
}

/** What a packet or stream holds behind the label, which has to be the cluster's own. */
function withoutLabel(bytes: Uint8Array, label: Uint8Array): Uint8Array {
  const hasLabel = bytes[0] === messageTypes.label;
  const length = hasLabel ? 2 + (bytes[1] ?? 0) : 0;
  const isOurs = length === label.length && label.every((byte, index) => bytes[index] === byte);
  if (!isOurs) throw new GossipError("discarding what has another cluster's label");
  return bytes.subarray(length);
}

/** The content of a packed message, whose type stands in front. */
export function decompressMessage(fields: MessageFields, bytesMax: number): Uint8Array {
  const algorithm = fields.number("Algo", 255);
  if (algorithm !== 0) throw new GossipError(`cannot unpack by algorithm ${algorithm}`);
  return decompressLzw(fields.bytes("Buf"), bytesMax);
}

interface Unpacking {
  readonly messages: Message[];
  readonly problems: string[];
  bytesLeft: number;
}

function unpack(bytes: Uint8Array, into: Unpacking, depth: number): void {
  try {
    if (depth > nestingMax) throw new GossipError("messages are nested too deeply");
    if (bytes[0] === messageTypes.compound) {
      for (const part of partsOf(bytes.subarray(1))) unpack(part, into, depth + 1);
    } else if (bytes[0] === messageTypes.compressed) {
      const fields = new MessageFields(new MsgpackReader(bytes, 1).value());
      const content = decompressMessage(fields, into.bytesLeft);
      into.bytesLeft -= content.length;
      unpack(content, into, depth + 1);
    } else {
      into.messages.push(readMessage(bytes));
    }
  } catch (error) {
    // One message of several that somebody sends to whoever listens.
    if (!(error instanceof GossipError)) throw error;
    into.problems.push(describeError(error));
  }
}

function* partsOf(bytes: Uint8Array): Iterable<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes[0] ?? 0;
  let offset = 1 + compoundEntryBytes * count;
  if (bytes.length < offset) throw new GossipError("compound message is cut off");
  for (let index = 0; index < count; index++) {
    const length = view.getUint16(1 + compoundEntryBytes * index);
    if (offset + length > bytes.length) throw new GossipError("compound message is cut off");
    yield bytes.subarray(offset, offset + length);
    offset += length;
  }
}

function compound(messages: readonly Uint8Array[]): Uint8Array {
  if (messages.length > compoundEntriesMax) throw new GossipError("too many messages for a packet");
  const header = new Uint8Array(compoundHeaderBytes + compoundEntryBytes * messages.length);
  const view = new DataView(header.buffer);
  header[0] = messageTypes.compound;
  header[1] = messages.length;
  for (const [index, { length }] of messages.entries()) {
    view.setUint16(compoundHeaderBytes + compoundEntryBytes * index, length);
  }
  return joined([header, ...messages]);
}

function checksum(content: Uint8Array): Uint8Array {
  const header = new Uint8Array(checksumBytes);
  header[0] = messageTypes.checked;
  new DataView(header.buffer).setUint32(1, crc32(content));
  return header;
}

function withoutChecksum(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== messageTypes.checked || bytes.length < checksumBytes) return bytes;
  const content = bytes.subarray(checksumBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(1) !== crc32(content)) throw new GossipError("packet has a wrong checksum");
  return content;
}
