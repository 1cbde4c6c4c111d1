import { GossipError } from "./gossip-error.ts";
import { formatIp } from "./ip-octets.ts";
import {
  type Alive,
  type Message,
  messageTypes,
  type Origin,
  type WireAddress,
} from "./message.ts";
import { MessageFields } from "./message-fields.ts";
import { MsgpackReader } from "./msgpack.ts";

const uint32Max = 2 ** 32 - 1;
const portMax = 2 ** 16 - 1;
const metaBytesMax = 512;

/** Reads a message with its type in front. Throws `GossipError` for what is none. */
export function readMessage(bytes: Uint8Array): Message {
  const [type] = bytes;
  const rest = bytes.subarray(1);
  // A copy: the packet that it came in need not be kept for it.
  if (type === messageTypes.user) return { kind: "user", bytes: rest.slice() };
  const read = type === undefined ? undefined : readers.get(type);
  if (read === undefined) throw new GossipError(`message type ${type ?? "none"} is unknown`);
  return read(new MessageFields(new MsgpackReader(rest).value()));
}

/** What is said of a member, alone or in a whole state. */
export function readMember(fields: MessageFields): Omit<Alive, "kind" | "name"> {
  const meta = fields.bytes("Meta").slice();
  if (meta.length > metaBytesMax) throw new GossipError("Meta is too long");
  const versions = fields.bytes("Vsn").slice();
  if (versions.length > 6) throw new GossipError("Vsn is too long");
  return {
    incarnation: fields.number("Incarnation", uint32Max),
    address: addressIn(fields, "Addr", "Port"),
    meta,
    versions,
  };
}

type Read = (fields: MessageFields) => Message;

const readers: ReadonlyMap<number, Read> = new Map<number, Read>([
  [
    messageTypes.ping,
    (fields) => ({
      kind: "ping",
      sequence: sequenceIn(fields),
      target: fields.text("Node"),
      origin: originIn(fields),
    }),
  ],
  [
    messageTypes.indirectPing,
    (fields) => ({
      kind: "indirectPing",
      sequence: sequenceIn(fields),
      target: fields.text("Node"),
      address: addressIn(fields, "Target", "Port"),
      wantsNack: fields.boolean("Nack"),
      origin: originIn(fields),
    }),
  ],
  [messageTypes.ack, (fields) => ({ kind: "ack", sequence: sequenceIn(fields) })],
  [messageTypes.nack, (fields) => ({ kind: "nack", sequence: sequenceIn(fields) })],
  [messageTypes.suspect, obituary("suspect")],
  [messageTypes.dead, obituary("dead")],
  [
    messageTypes.alive,
    (fields) => ({ kind: "alive", name: nameIn(fields, "Node"), ...readMember(fields) }),
  ],
]);

function obituary(kind: "suspect" | "dead"): Read {
  return (fields) => ({
    kind,
    incarnation: fields.number("Incarnation", uint32Max),
    name: nameIn(fields, "Node"),
    from: fields.text("From"),
  });
}

function sequenceIn(fields: MessageFields): number {
  return fields.number("SeqNo", uint32Max);
}

function nameIn(fields: MessageFields, field: string): string {
  const name = fields.text(field);
  if (name === "") throw new GossipError("a member has no name");
  return name;
}

function originIn(fields: MessageFields): Origin | undefined {
  if (fields.bytes("SourceAddr").length === 0 || fields.number("SourcePort", portMax) === 0) {
    return undefined;
  }
  return { ...addressIn(fields, "SourceAddr", "SourcePort"), name: fields.text("SourceNode") };
}

function addressIn(fields: MessageFields, octetsField: string, portField: string): WireAddress {
  const octets = fields.bytes(octetsField).slice();
  if (formatIp(octets) === undefined) throw new GossipError(`${octetsField} is no address`);
  const port = fields.number(portField, portMax);
  if (port === 0) throw new GossipError(`${portField} is no port`);
  return { octets, port };
}
