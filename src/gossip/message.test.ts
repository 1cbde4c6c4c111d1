import assert from "node:assert/strict";
import { test } from "node:test";
import { GossipError } from "./gossip-error.ts";
import { formatIp } from "./ip-octets.ts";
import { encodeMessage, type Message, type Origin, type WireAddress } from "./message.ts";
import { readMessage } from "./read-message.ts";
import { bytesOf } from "./testing.ts";

// Encoded by memberlist's own codec.
const upstream: readonly (readonly [shown: string, hex: string])[] = [
  [
    "ping b 7 from a@10.0.0.1:9094",
    "0085a44e6f6465a162a55365714e6f07aa536f7572636541646472a40a000001aa536f757263654e6f6465a161aa536f75726365506f7274cd2386",
  ],
  ["ping b 70000", "0082a44e6f6465a162a55365714e6fce00011170"],
  [
    "indirectPing b@10.0.0.2:9094 300 nack from a@10.0.0.1:9094",
    "0188a44e61636bc3a44e6f6465a162a4506f7274cd2386a55365714e6fcd012caa536f7572636541646472a40a000001aa536f757263654e6f6465a161aa536f75726365506f7274cd2386a6546172676574a40a000002",
  ],
  ["ack 7", "0282a75061796c6f6164c0a55365714e6f07"],
  ["nack 300", "0b81a55365714e6fcd012c"],
  ["suspect b 2 by a", "0383a446726f6da161ab496e6361726e6174696f6e02a44e6f6465a162"],
  ["dead a 3 by a", "0583a446726f6da161ab496e6361726e6174696f6e03a44e6f6465a161"],
  [
    "alive a@10.0.0.1:9094 1 versions 1,5,2,0,0,0",
    "0486a441646472a40a000001ab496e6361726e6174696f6e01a44d657461a0a44e6f6465a161a4506f7274cd2386a356736ea6010502000000",
  ],
  ["user 1,2,3", "08010203"],
];

test("messages of memberlist are read", () => {
  for (const [shown, hex] of upstream) assert.equal(show(readMessage(bytesOf(hex))), shown);
});

test("what we write is what we read", () => {
  for (const [shown, hex] of upstream) {
    const message = readMessage(bytesOf(hex));
    assert.equal(show(readMessage(encodeMessage(message))), shown);
  }
});

test("what is no message is refused with its reason", () => {
  const rows: readonly (readonly [hex: string, problem: string])[] = [
    ["", "message type none is unknown"],
    ["2a80", "message type 42 is unknown"],
    ["0001", "message is no map"],
    ["0082a44e6f6465a162a55365714e6f", "message is cut off"],
    ["0081a55365714e6fc3", "SeqNo is no number up to 4294967295"],
    ["0081a55365714e6fff", "SeqNo is no number up to 4294967295"],
    ["0081a44e6f646507", "Node is no bytes"],
    ["0380", "a member has no name"],
    ["0481a44e6f6465a161", "Addr is no address"],
    ["00df00ffffff", "message has too many parts"],
    ["00818181818181", "message has too many parts"],
    ["00c1", "unknown type 193 in a message"],
  ];
  for (const [hex, problem] of rows) {
    assert.throws(
      () => readMessage(bytesOf(hex)),
      (error) => error instanceof GossipError && error.message === problem,
      `${hex}: ${problem}`,
    );
  }
});

function show(message: Message): string {
  switch (message.kind) {
    case "ping":
      return `ping ${message.target} ${message.sequence}${from(message.origin)}`;
    case "indirectPing": {
      const asked = `${message.target}@${at(message.address)} ${message.sequence}`;
      return `indirectPing ${asked}${message.wantsNack ? " nack" : ""}${from(message.origin)}`;
    }
    case "ack":
    case "nack":
      return `${message.kind} ${message.sequence}`;
    case "suspect":
    case "dead":
      return `${message.kind} ${message.name} ${message.incarnation} by ${message.from}`;
    case "alive": {
      const { name, address, incarnation, versions } = message;
      return `alive ${name}@${at(address)} ${incarnation} versions ${versions.join()}`;
    }
    case "user":
      return `user ${message.bytes.join()}`;
  }
}

function at({ octets, port }: WireAddress): string {
  return `${formatIp(octets)}:${port}`;
}

function from(origin: Origin | undefined): string {
  return origin === undefined ? "" : ` from ${origin.name}@${at(origin)}`;
}
