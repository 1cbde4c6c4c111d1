import assert from "node:assert/strict";
import { test } from "node:test";
import { readDnsSurroundings } from "./surroundings.ts";

test("a node asks whom the machine asks, through a relay when it cannot reach them", async () => {
  const rows: readonly (readonly [string, string | undefined, string])[] = [
    ["nameserver 192.0.2.53", undefined, "10.43.0.10 | 192.0.2.53 | "],
    ["nameserver 127.0.0.53", "nameserver 192.0.2.53", "10.43.0.10 127.0.0.53 | 192.0.2.53 | "],
    ["nameserver 127.0.0.11", undefined, "10.43.0.10 127.0.0.11 | 10.44.0.1 | 127.0.0.11"],
    ["", undefined, "10.43.0.10 |  | "],
  ];
  for (const [machine, behind, expected] of rows) {
    const findFile = async (path: string) => {
      const text = path === "/etc/resolv.conf" ? machine : behind;
      return text === undefined ? undefined : new TextEncoder().encode(text);
    };
    const found = await readDnsSurroundings({ findFile }, "10.43.0.10", "10.44.0.1");
    const { addresses, upstreams, relayed } = found;
    assert.equal(
      [addresses, upstreams, relayed].map((list) => list.join(" ")).join(" | "),
      expected,
    );
  }
});
