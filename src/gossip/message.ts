/**
 * The messages of memberlist, the protocol by which Alertmanagers find and keep each other: its version
 * 2, as spoken by every Alertmanager since 0.15.
 *
 * Source of names and numbers: `net.go` of hashicorp/memberlist.
 */
import { encodeMsgpackMap, joined, type MsgpackField } from "./msgpack.ts";

/** The first byte of a message. */
export const messageTypes = {
  ping: 0,
  indirectPing: 1,
  ack: 2,
  suspect: 3,
  alive: 4,
  dead: 5,
  pushPull: 6,
  compound: 7,
  user: 8,
  compressed: 9,
  nack: 11,
  checked: 12,
  problem: 13,
  label: 244,
} as const;

/** Where a member is reached: the very octets that it told, since others compare them. */
export interface WireAddress {
  readonly octets: Uint8Array;
  readonly port: number;
}

/** Who asks, so that the answer goes straight there. */
export interface Origin extends WireAddress {
  readonly name: string;
}

export interface Ping {
  readonly kind: "ping";
  readonly sequence: number;
  /** Whom it is meant for; empty for whoever is there. */
  readonly target: string;
  readonly origin: Origin | undefined;
}

export interface IndirectPing {
  readonly kind: "indirectPing";
  readonly sequence: number;
  readonly target: string;
  readonly address: WireAddress;
  /** Whether to tell also that no answer came. */
  readonly wantsNack: boolean;
  readonly origin: Origin | undefined;
}

export interface Ack {
  readonly kind: "ack" | "nack";
  readonly sequence: number;
}

/** Somebody does not answer (`suspect`), or is gone (`dead`); gone of its own will when it says so. */
export interface Obituary {
  readonly kind: "suspect" | "dead";
  readonly incarnation: number;
  readonly name: string;
  readonly from: string;
}

export interface Alive {
  readonly kind: "alive";
  readonly incarnation: number;
  readonly name: string;
  readonly address: WireAddress;
  readonly meta: Uint8Array;
  /** Lowest, highest and current version of the protocol, and the same of the application. */
  readonly versions: Uint8Array;
}

/** What the application tells. */
interface UserMessage {
  readonly kind: "user";
  readonly bytes: Uint8Array;
}

export type Message = Ping | IndirectPing | Ack | Obituary | Alive | UserMessage;

export function encodeMessage(message: Message): Uint8Array {
  switch (message.kind) {
    case "ping":
      return encode("ping", [
        ["SeqNo", message.sequence],
        ["Node", message.target],
        ...originFields(message.origin),
      ]);
    case "indirectPing":
      return encode("indirectPing", [
        ["SeqNo", message.sequence],
        ["Target", message.address.octets],
        ["Port", message.address.port],
        ["Node", message.target],
        ["Nack", message.wantsNack],
        ...originFields(message.origin),
      ]);
    case "ack":
      return encode("ack", [
        ["SeqNo", message.sequence],
        ["Payload", new Uint8Array()],
      ]);
    case "nack":
      return encode("nack", [["SeqNo", message.sequence]]);
    case "suspect":
    case "dead":
      return encode(message.kind, [
        ["Incarnation", message.incarnation],
        ["Node", message.name],
        ["From", message.from],
      ]);
    case "alive":
      return encode("alive", [
        ["Incarnation", message.incarnation],
        ["Node", message.name],
        ...stateFields(message),
      ]);
    case "user":
      return joined([Uint8Array.of(messageTypes.user), message.bytes]);
  }
}

/** What is said of a member both alone and in a whole state. */
export function stateFields({
  address,
  meta,
  versions,
}: Pick<Alive, "address" | "meta" | "versions">): readonly MsgpackField[] {
  return [
    ["Addr", address.octets],
    ["Port", address.port],
    ["Meta", meta],
    ["Vsn", versions],
  ];
}

function originFields(origin: Origin | undefined): readonly MsgpackField[] {
  if (origin === undefined) return [];
  return [
    ["SourceAddr", origin.octets],
    ["SourcePort", origin.port],
    ["SourceNode", origin.name],
  ];
}

function encode(type: keyof typeof messageTypes, fields: readonly MsgpackField[]): Uint8Array {
  return joined([Uint8Array.of(messageTypes[type]), encodeMsgpackMap(fields)]);
}
