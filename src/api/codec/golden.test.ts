/**
 * Upstream's fixtures: each kind as JSON and as protobuf, every field filled. Both must decode to the
 * same object, and the object must encode to what it came from.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { allKinds } from "../catalog.ts";
import type { AnyKind } from "../schema/schema.ts";
import { listOracles, oracleSkip, readOracle } from "../testing/oracles.ts";
import { decodeJson } from "./decode-json.ts";
import { decodeProtobuf, readProtobufEnvelope } from "./decode-protobuf.ts";
import { encodeJsonText } from "./encode-json.ts";
import { encodeProtobuf, encodeWatchFrame } from "./encode-protobuf.ts";

const textDecoder = new TextDecoder();
const fixtures = new Set(listOracles("golden"));

/** Fields of a newer release that this fixture has and the declarations do not. */
const newerFixtures = new Set(["storage.k8s.io.v1.CSINode.after_roundtrip"]);

test("every kind is in JSON and protobuf what upstream writes", { skip: oracleSkip }, async (t) => {
  for (const kind of allKinds) {
    const { group, version } = kind.package;
    const name = `${group === "" ? "core" : group}.${version}.${kind.kind}`;
    for (const fixture of [name, `${name}.after_roundtrip`]) {
      if (!fixtures.has(`${fixture}.json`)) continue;
      await t.test(fixture, () => assertSame(kind, fixture));
    }
  }
});

test("every fixture of a stable version has a declaration", { skip: oracleSkip }, () => {
  const declared = new Set(
    allKinds.map(({ package: { group, version }, kind }) =>
      [group === "" ? "core" : group, version, kind].join("."),
    ),
  );
  const missing = [...fixtures]
    .filter((name) => name.endsWith(".pb") && !name.includes("after_roundtrip"))
    .map((name) => name.slice(0, -".pb".length))
    .filter((name) => /\.v\d+\.\w+$/.test(name) && !declared.has(name));
  // Not a kind: it has no apiVersion and kind of its own.
  assert.deepEqual(missing, ["core.v1.WatchEvent"]);
});

test("a watch event is framed as upstream does", { skip: oracleSkip }, () => {
  const { raw } = readProtobufEnvelope(readOracle("golden/core.v1.WatchEvent.pb"));
  const { type, object } = JSON.parse(
    textDecoder.decode(readOracle("golden/core.v1.WatchEvent.json")),
  );
  const frame = encodeWatchFrame(type, new TextEncoder().encode(JSON.stringify(object)));
  assert.equal(new DataView(frame.buffer).getUint32(0), raw.length);
  assert.deepEqual(hex(frame.subarray(4)), hex(raw));
});

function assertSame(kind: AnyKind, fixture: string): void {
  const json = readOracle(`golden/${fixture}.json`);
  const mode = newerFixtures.has(fixture) ? "ignore" : "strict";
  const { object } = decodeJson(kind, json, { mode });
  const wire = readOracle(`golden/${fixture}.pb`);
  assert.deepEqual(decodeProtobuf(kind, wire), object);
  if (newerFixtures.has(fixture)) return;
  assert.equal(hex(encodeProtobuf(kind, object)), hex(wire));
  // What an older release wrote lacks the fields that are carried even when empty.
  if (fixture.endsWith(".after_roundtrip")) return;
  const written = JSON.parse(encodeJsonText(kind, object));
  assert.deepEqual(written, JSON.parse(textDecoder.decode(json)));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
