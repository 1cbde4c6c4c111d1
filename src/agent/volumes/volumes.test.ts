import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHostNetworkHosts, formatPodHosts } from "./etc-hosts.ts";
import { mountPointsBelow, parseMountTable, showsPartOf } from "./mount-table.ts";
import { chooseKeys, safePath, VolumeError } from "./payload.ts";
import { isRenewalDue } from "./service-account-tokens.ts";

const bytes = new Uint8Array([1]);

for (const path of ["", ".", "/etc/passwd", "../x", "a/../../x", "..data/x", "a\0b"]) {
  test(`a file of a volume cannot be named ${JSON.stringify(path)}`, () => {
    assert.throws(() => safePath(path), VolumeError);
  });
}

const choices: readonly (readonly [string, string, boolean, string])[] = [
  ["a b", "", false, "a b"],
  ["a b", "b:x/y", false, "x/y"],
  ["a", "a:./p//q", false, "p/q"],
  ["a", "c:x", false, "no key c"],
  ["a", "c:x a:y", true, "y"],
];

for (const [keys, items, isOptional, want] of choices) {
  test(`of the keys [${keys}] the items [${items}] choose [${want}]`, () => {
    assert.equal(chosen(keys, items, isOptional), want);
  });
}

function chosen(keys: string, items: string, isOptional: boolean): string {
  const values = new Map(keys.split(" ").map((key) => [key, bytes]));
  const wanted = items.split(" ").filter(Boolean).map(itemOf);
  const choice = { items: wanted, defaultMode: 0o644, isOptional };
  try {
    const files = chooseKeys(values, { ...choice, missingKey: (key) => `no key ${key}` });
    return files.map(({ path }) => path).join(" ");
  } catch (error) {
    return error instanceof VolumeError ? error.message : String(error);
  }
}

/** `key:path` */
function itemOf(text: string) {
  const [key = "", path = ""] = text.split(":");
  return { key, path };
}

test("a pod's hosts file names the pod, then the aliases", () => {
  const aliases = [{ ip: "10.1.2.3", hostnames: ["db", "db.example"] }];
  const hosts = {
    addresses: ["10.42.0.5"],
    hostname: "web",
    domainName: "web.sub.ns.svc",
    aliases,
  };
  const lines = formatPodHosts(hosts).split("\n");
  assert.deepEqual(lines.slice(0, 2), ["# Kubernetes-managed hosts file.", "127.0.0.1\tlocalhost"]);
  assert.deepEqual(lines.slice(-5), [
    "10.42.0.5\tweb.sub.ns.svc\tweb",
    "",
    "# Entries added by HostAliases.",
    "10.1.2.3\tdb\tdb.example",
    "",
  ]);
  assert.match(formatHostNetworkHosts("127.0.0.1 me\n", aliases), /^# K.*host network.*\n127/);
});

const table = parseMountTable(
  [
    "1 0 8:1 / / rw - ext4 /dev/sda rw",
    "2 1 0:50 / /vol/nested rw - tmpfs tmpfs rw",
    "3 1 8:1 /vol/sub /parts/good rw - ext4 /dev/sda rw",
    "4 1 8:1 /etc /parts/evil rw - ext4 /dev/sda rw",
    "5 1 0:50 /x /parts/deep rw - tmpfs tmpfs rw",
    "6 1 8:1 /volume-of-another /parts/namesake rw - ext4 /dev/sda rw",
    "7 1 8:1 /a /with\\040space/b rw - ext4 /dev/sda rw",
  ].join("\n"),
);

const shown: readonly (readonly [string, boolean])[] = [
  ["/parts/good", true],
  ["/parts/deep", true],
  ["/parts/evil", false],
  ["/parts/namesake", false],
  ["/parts/none", false],
];

for (const [mountPoint, want] of shown) {
  test(`${mountPoint} ${want ? "shows" : "does not show"} a part of the volume`, () => {
    assert.equal(showsPartOf(table, mountPoint, "/vol"), want);
  });
}

test("inner mounts are taken away before outer ones", () => {
  assert.deepEqual(mountPointsBelow(table, "/with space"), ["/with space/b"]);
  assert.deepEqual(mountPointsBelow(table, "/vol"), ["/vol/nested"]);
});

const ages: readonly (readonly [string, number, number, boolean])[] = [
  ["fresh", 0, 3_607, false],
  ["before 80 % of its time", 2_885, 3_607, false],
  ["after 80 % of its time", 2_886, 3_607, true],
  ["a day old, though it lives for a year", 86_401, 31_536_000, true],
];

for (const [what, ageSeconds, lifeSeconds, want] of ages) {
  test(`a token that is ${what} is ${want ? "" : "not "}renewed`, () => {
    const token = { requestedAtMs: 0, expiresAtMs: lifeSeconds * 1000 };
    assert.equal(isRenewalDue(token, ageSeconds * 1000), want);
  });
}
