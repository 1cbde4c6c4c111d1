import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import { GossipError } from "./gossip-error.ts";
import { encodeMessage } from "./message.ts";
import { encodeLabel, packMessages, unpackPacket } from "./packet.ts";
import { readStreamMessage } from "./stream-message.ts";
import { bytesOf, streamOf } from "./testing.ts";

/** A label, a checksum, packed, several messages: made with memberlist's codec. */
const whole = bytesOf(
  "f404626c75650c113ac2810982a4416c676f00a3427566da005a000f080090038004028648052143460e29050000045895c4cd983072dc84a193e68d9b00a49a94a113061429276fc89409158614943772e8341b61689495396e4c05283030a20041a7a084c9c3e64d1832c04a4d291307658280",
);
const blue = encodeLabel("blue");
const none = encodeLabel("");

test("a packet of memberlist is unpacked", () => {
  const { messages, problems } = unpackPacket(whole, blue);
  assert.deepEqual(
    messages.map((message) => message.kind),
    ["alive", "ack"],
  );
  assert.deepEqual(problems, []);
});

test("packets of other clusters and damaged ones are refused", () => {
  const damaged = whole.slice();
  damaged[damaged.length - 5] = 1;
  const label = "discarding what has another cluster's label";
  const rows: readonly (readonly [bytes: Uint8Array, label: Uint8Array, problem: string])[] = [
    [whole, none, label],
    [whole, encodeLabel("blu"), label],
    [bytesOf("0b80"), blue, label],
    [bytesOf("f4"), none, label],
    [damaged, blue, "packet has a wrong checksum"],
  ];
  for (const [bytes, ours, problem] of rows) {
    assert.throws(() => unpackPacket(bytes, ours), new GossipError(problem));
  }
  assert.throws(() => encodeLabel("x".repeat(256)), GossipError);
});

test("what cannot be read does not keep the rest from being heard", () => {
  const ack = encodeMessage({ kind: "ack", sequence: 7 });
  const packet = packMessages([ack, bytesOf("2a80"), ack], { label: blue, isChecked: true });
  assert.deepEqual(unpackPacket(packet, blue), {
    messages: [
      { kind: "ack", sequence: 7 },
      { kind: "ack", sequence: 7 },
    ],
    problems: ["message type 42 is unknown"],
    bytesLeft: 1024 * 1024,
  });
});

test("packets within packets end", () => {
  let packet: Uint8Array = bytesOf("0b80");
  for (let depth = 0; depth < 6; depth++) {
    packet = packMessages([packet, bytesOf("0b80")], { label: none, isChecked: false });
  }
  const { problems } = unpackPacket(packet, none);
  assert.deepEqual(problems, ["messages are nested too deeply", "messages are nested too deeply"]);
});

test("a whole state of memberlist is read, packed or not, in whatever pieces it comes", async () => {
  const plain =
    "0683a44a6f696ec3a54e6f64657301ac5573657253746174654c656e0387a441646472a40a000001ab496e6361726e6174696f6e01a44d657461c0a44e616d65a161a4506f7274cd2386a5537461746500a356736ea601050200000078797a";
  const packed =
    "0982a4416c676f00a3427566da0068000d0c22a5e44d1a37c34a397943a6cc9c00acaacc2923670a9d3074ca3029e366c0215241c89091434a0100000156257133268c1c3718d3bc7113805493321781917212a64d99506148417923874eb311864a59c45806c0282b73dc980a5040c0490078f2e80908";
  for (const hex of [plain, packed]) {
    for (const pieceBytes of [1, 7, 1_000]) {
      const read = await readStreamMessage(streamOf(bytesOf(hex), pieceBytes), none);
      assert.ok(read.kind === "pushPull");
      assert.deepEqual(
        { ...read, application: new TextDecoder().decode(read.application) },
        {
          kind: "pushPull",
          isJoin: true,
          application: "xyz",
          members: [
            {
              name: "a",
              state: "alive",
              incarnation: 1,
              address: { octets: Uint8Array.of(10, 0, 0, 1), port: 9094 },
              meta: new Uint8Array(),
              versions: Uint8Array.of(1, 5, 2, 0, 0, 0),
            },
          ],
        },
      );
    }
  }
});

test("whatever comes, it is a message or a GossipError", async () => {
  const random = seededRandom(7);
  const seeds = [whole, bytesOf("0683a44a6f696ec3a54e6f64657301ac5573657253746174654c656e03")];
  for (let round = 0; round < 3_000; round++) {
    const seed = seeds[round % seeds.length] ?? whole;
    const bytes = round % 3 === 0 ? random.bytes(round % 60) : seed.slice();
    for (let change = 0; change < 3 && bytes.length > 0; change++) {
      bytes[Math.floor(random.fraction() * bytes.length)] = random.bytes(1)[0] ?? 0;
    }
    for (const act of [
      async () => unpackPacket(bytes, none),
      () => readStreamMessage(streamOf(bytes, 16), blue),
      () => readStreamMessage(streamOf(bytes, 16), none),
    ]) {
      try {
        await act();
      } catch (error) {
        assert.ok(error instanceof GossipError, String(error));
      }
    }
  }
});
