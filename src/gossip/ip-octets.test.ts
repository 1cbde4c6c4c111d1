import assert from "node:assert/strict";
import { test } from "node:test";
import { advertisedOctets } from "./advertise.ts";
import { formatIp, parseIp } from "./ip-octets.ts";

test("addresses become octets and back", () => {
  const rows: readonly (readonly [text: string, shown: string | undefined])[] = [
    ["10.0.0.1", "10.0.0.1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["::", "::"],
    ["fd00:0:0::0a", "fd00::a"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
    ["10.0.0.256", undefined],
    ["1:2:3", undefined],
    ["1::2::3", undefined],
    ["1:2:3:4:5:6:7:8::", undefined],
    ["fe80::1%eth0", undefined],
    ["localhost", undefined],
    ["", undefined],
  ];
  for (const [text, shown] of rows) {
    const octets = parseIp(text);
    assert.equal(octets === undefined ? undefined : formatIp(octets), shown, text);
  }
  assert.equal(formatIp(Uint8Array.of(1, 2, 3)), undefined);
});

// Where we listen, what was asked for, what the machine has (public ones may be told: `!`), what is told.
const table: readonly (readonly [listen: string, asked: string, own: string, told: string])[] = [
  ["127.0.0.1", "", "10.0.0.1", "127.0.0.1"],
  ["0.0.0.0", "", "8.8.8.8 10.0.0.1", "10.0.0.1"],
  ["::", "", "172.32.0.1 172.31.0.1", "172.31.0.1"],
  ["0.0.0.0", "8.8.4.4", "10.0.0.1", "8.8.4.4"],
  ["0.0.0.0", "", "fd00::1", "fd00::1"],
  ["0.0.0.0", "", "8.8.8.8", "no private IP found, explicit advertise addr not provided"],
  ["0.0.0.0", "", "8.8.8.8 !", "8.8.8.8"],
  ["0.0.0.0", "host", "", "failed to parse advertise addr 'host'"],
  ["host", "", "", "failed to parse bind addr 'host'"],
];

for (const [listenHost, asked, own, told] of table) {
  test(`on ${listenHost}, asked for "${asked}", with ${own || "nothing"}, others are told ${told}`, () => {
    const words = own.split(" ");
    const facts = {
      listenHost,
      askedHost: asked === "" ? undefined : asked,
      ownAddresses: words.filter((word) => word.length > 1),
      mayBePublic: words.includes("!"),
      hasPeers: true,
    };
    const tell = () => formatIp(advertisedOctets(facts));
    if (told.includes(" ")) assert.throws(tell, { message: told });
    else assert.equal(tell(), told);
  });
}

test("without anybody to reach us it does not matter", () => {
  const facts = { askedHost: undefined, ownAddresses: [], mayBePublic: false, hasPeers: false };
  assert.equal(formatIp(advertisedOctets({ listenHost: "0.0.0.0", ...facts })), "127.0.0.1");
});
