/**
 * What is said over connections: whole states in both directions, messages that are too long for a
 * datagram, and pings where datagrams do not get through.
 */
import { ByteStream } from "./byte-stream.ts";
import { GossipError } from "./gossip-error.ts";
import { type Member, memberStates } from "./member.ts";
import { messageTypes, stateFields } from "./message.ts";
import { MessageFields } from "./message-fields.ts";
import { encodeMsgpackMap, joined } from "./msgpack.ts";
import { decompressMessage } from "./packet.ts";
import { readMember } from "./read-message.ts";

/** All that one knows of the members, and the application's state. */
export interface WholeState {
  readonly isJoin: boolean;
  readonly members: readonly Omit<Member, "changedMs">[];
  readonly application: Uint8Array;
}

export type StreamMessage =
  | ({ readonly kind: "pushPull" } & WholeState)
  | { readonly kind: "user"; readonly bytes: Uint8Array }
  | { readonly kind: "ping"; readonly sequence: number; readonly target: string }
  | { readonly kind: "ack"; readonly sequence: number }
  | { readonly kind: "problem"; readonly text: string };

const stateBytesMax = 20 * 1024 * 1024;
/** What a packed message may come to: the state, and as much about members. */
const unpackedBytesMax = 2 * stateBytesMax;
const membersMax = 4_096;
const uint32Max = 2 ** 32 - 1;

export function encodeWholeState({ isJoin, members, application }: WholeState): Uint8Array {
  const header = encodeMsgpackMap([
    ["Nodes", members.length],
    ["UserStateLen", application.length],
    ["Join", isJoin],
  ]);
  return joined([
    Uint8Array.of(messageTypes.pushPull),
    header,
    ...members.map(encodeMember),
    application,
  ]);
}

/** A message of the application, with its length in front. */
export function encodeLongMessage(bytes: Uint8Array): Uint8Array {
  const header = encodeMsgpackMap([["UserMsgLen", bytes.length]]);
  return joined([Uint8Array.of(messageTypes.user), header, bytes]);
}

/** Reads the one message that a connection brings. Throws `GossipError` for what is none. */
export async function readStreamMessage(
  received: AsyncIterable<Uint8Array>,
  label: Uint8Array,
): Promise<StreamMessage> {
  const stream = new ByteStream(received, stateBytesMax + membersMax * 1_024);
  const first = await stream.byte();
  const type = first === messageTypes.label ? await typeBehindLabel(stream, label) : first;
  if (first !== messageTypes.label && label.length > 0) {
    throw new GossipError("discarding what has no label");
  }
  if (type !== messageTypes.compressed) return await readContent(type, stream);
  const packed = new MessageFields(await stream.value());
  const content = decompressMessage(packed, unpackedBytesMax);
  const inner = new ByteStream(once(content), unpackedBytesMax);
  return await readContent(await inner.byte(), inner);
}

async function typeBehindLabel(stream: ByteStream, label: Uint8Array): Promise<number> {
  const length = await stream.byte();
  const told = await stream.bytes(length);
  const isOurs =
    label.length === length + 2 && told.every((byte, index) => label[index + 2] === byte);
  if (!isOurs) throw new GossipError("discarding what has another cluster's label");
  return await stream.byte();
}

async function readContent(type: number, stream: ByteStream): Promise<StreamMessage> {
  switch (type) {
    case messageTypes.pushPull:
      return { kind: "pushPull", ...(await readWholeState(stream)) };
    case messageTypes.user: {
      const fields = new MessageFields(await stream.value());
      const length = fields.number("UserMsgLen", stateBytesMax);
      return { kind: "user", bytes: await stream.bytes(length) };
    }
    case messageTypes.ping: {
      const fields = new MessageFields(await stream.value());
      return {
        kind: "ping",
        sequence: fields.number("SeqNo", uint32Max),
        target: fields.text("Node"),
      };
    }
    case messageTypes.ack: {
      const fields = new MessageFields(await stream.value());
      return { kind: "ack", sequence: fields.number("SeqNo", uint32Max) };
    }
    case messageTypes.problem:
      return { kind: "problem", text: new MessageFields(await stream.value()).text("Error") };
    default:
      throw new GossipError(`message type ${type} is unknown`);
  }
}

async function readWholeState(stream: ByteStream): Promise<WholeState> {
  const header = new MessageFields(await stream.value());
  const count = header.number("Nodes", membersMax);
  const applicationBytes = header.number("UserStateLen", stateBytesMax);
  const members: Omit<Member, "changedMs">[] = [];
  for (let index = 0; index < count; index++) {
    const fields = new MessageFields(await stream.value());
    const state = memberStates[fields.number("State", memberStates.length - 1)] ?? "dead";
    members.push({ name: fields.text("Name"), ...readMember(fields), state });
  }
  const application = await stream.bytes(applicationBytes);
  return { isJoin: header.boolean("Join"), members, application };
}

function encodeMember(member: Omit<Member, "changedMs">): Uint8Array {
  return encodeMsgpackMap([
    ["Name", member.name],
    ...stateFields(member),
    ["Incarnation", member.incarnation],
    ["State", memberStates.indexOf(member.state)],
  ]);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
