import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, type Packet } from "dns-packet";
import { seededRandom } from "#base/testing";
import { adaptMessage, parseUpstreamMessage } from "./upstream-message.ts";

const response: Packet = {
  type: "response",
  id: 1,
  flags: 0x180,
  questions: [{ type: "A", name: "www.example.org" }],
  answers: [
    { type: "CNAME", name: "www.example.org", ttl: 300, data: "host.example.org" },
    { type: "A", name: "host.example.org", ttl: 60, data: "192.0.2.7" },
  ],
  additionals: [{ type: "OPT", name: ".", udpPayloadSize: 1_232, flags: 0, options: [] } as never],
};

test("an answer is kept for its smallest time, and names behind pointers are read", () => {
  const message = parseUpstreamMessage(encode(response));
  assert.equal(message?.keepSeconds, 60);
  assert.deepEqual(message?.answers, [
    { type: "CNAME", name: "www.example.org", ttl: 300, target: "host.example.org" },
    { type: "A", name: "host.example.org", ttl: 60, address: "192.0.2.7" },
  ]);
});

test("a kept answer fits its next client: id, spelling, age, EDNS and size", () => {
  const message = parseUpstreamMessage(encode(response));
  assert.ok(message !== undefined);
  const asked = encode({ type: "query", questions: [{ type: "A", name: "WWW.Example.org" }] });
  const query = { id: 9, question: asked.subarray(12), edns: undefined };
  const adapted = decode(Buffer.from(adaptMessage(message, query, 45, 512)));
  assert.deepEqual(
    [adapted.id, adapted.questions?.[0]?.name, adapted.additionals],
    [9, "WWW.Example.org", []],
  );
  assert.deepEqual(
    adapted.answers?.map((answer) => ("ttl" in answer ? answer.ttl : undefined)),
    [255, 15],
  );
  const cut = decode(Buffer.from(adaptMessage(message, query, 0, 40)));
  assert.deepEqual([cut.answers, cut.flag_tc], [[], true]);
  assert.equal(decode(Buffer.from(message.bytes)).id, 1, "the kept one stays as it was");
});

test("damaged messages are refused or read, never crash or hang", () => {
  const random = seededRandom(3);
  const good = encode(response);
  for (let round = 0; round < 20_000; round++) {
    const bytes = Uint8Array.from(good);
    for (let change = 0; change < 3; change++) {
      const at = Math.floor(random.fraction() * bytes.length);
      bytes[at] = Math.floor(random.fraction() * 256);
    }
    const length = Math.floor(random.fraction() * (bytes.length + 1));
    const message = parseUpstreamMessage(bytes.subarray(0, round % 2 === 0 ? length : undefined));
    assert.ok(message === undefined || message.ttlOffsets.every((at) => at < bytes.length));
  }
  const loop = Uint8Array.from(good);
  // The name of the first answer points at itself.
  loop.set([0xc0, 33], 33);
  assert.doesNotThrow(() => parseUpstreamMessage(loop));
});
