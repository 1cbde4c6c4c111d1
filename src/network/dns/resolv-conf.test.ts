import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseUpstreams, loopbackResolvers, parseResolvConf } from "./resolv-conf.ts";

test("name servers and search domains are read as the C library reads them", () => {
  const text = `# made by hand
nameserver 192.0.2.53 ; the first
nameserver fe80::1
nameserver 192.0.2.54
domain ignored.example
search Corp.Example. example.org
options ndots:2
`;
  assert.deepEqual(parseResolvConf(text), {
    nameservers: ["192.0.2.53", "192.0.2.54"],
    search: ["corp.example", "example.org"],
  });
  assert.deepEqual(parseResolvConf(""), { nameservers: [], search: [] });
});

test("a loopback resolver is replaced by those behind it, and ourselves are left out", () => {
  const conf = (servers: string) => ({ nameservers: servers.split(" "), search: [] });
  const rows: readonly (readonly [string, string | undefined, readonly string[]])[] = [
    ["192.0.2.53 192.0.2.54", undefined, ["192.0.2.53", "192.0.2.54"]],
    ["127.0.0.53", "192.0.2.53", ["192.0.2.53"]],
    ["127.0.0.53", "127.0.0.1", []],
    ["127.0.0.53", undefined, []],
    ["127.0.0.1 192.0.2.53", "192.0.2.99", ["192.0.2.53"]],
    ["10.43.0.10", undefined, []],
  ];
  for (const [machine, behind, expected] of rows) {
    const chosen = chooseUpstreams(conf(machine), behind === undefined ? undefined : conf(behind), [
      "10.43.0.10",
    ]);
    assert.deepEqual(chosen, expected, machine);
  }
  assert.deepEqual(loopbackResolvers(conf("127.0.0.53 192.0.2.53")), ["127.0.0.53"]);
});
