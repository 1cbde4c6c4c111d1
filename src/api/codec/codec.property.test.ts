/**
 * Random objects of random kinds, drawn from the declarations, must come back the same from both
 * encodings; random bytes must be refused like any other bad request.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { allKinds } from "../catalog.ts";
import { configMap } from "../core/v1/config-map.ts";
import { pod } from "../core/v1/pod.ts";
import type { AnyKind, JsonValue } from "../schema/schema.ts";
import { StatusError } from "../status-error.ts";
import { decodeJson, decodeStoredJson } from "./decode-json.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";
import { decodeYaml } from "./decode-yaml.ts";
import { encodeJson, normalObject } from "./encode-json.ts";
import { encodeProtobuf } from "./encode-protobuf.ts";
import { planOf, type StructPlan, type ValuePlan } from "./plan.ts";
import { setOwn } from "./json-text.ts";
import { formatYaml } from "./yaml.ts";
import { base64Of } from "./scalars.ts";

/** Draws the numbers that one object is made of. */
type Draw = (below: number) => number;

/** Types that protobuf does not carry yet. */
const jsonOnly = new Set(["CustomResourceDefinition"]);
const kinds = new Map(
  allKinds
    .filter(({ kind, package: home }) => !jsonOnly.has(kind) && home.isCustom !== true)
    .map((kind) => [`${kind.package.openApi}.${kind.kind}`, kind]),
);
const texts = [
  "",
  "a",
  "web-1",
  "yes",
  "1:30",
  "é😀",
  '\u2028\n\t"\\',
  "__proto__",
  "0644",
  "x".repeat(100),
];
const keys = ["a", "b.c/d", "__proto__", "constructor", "é", "~1"];
const depthMax = 12;

const drawn = fc.record({
  kindName: fc.constantFrom(...kinds.keys()),
  numbers: fc.infiniteStream(fc.nat()),
});

test("objects come back from JSON, protobuf and YAML as they were", () => {
  fc.assert(
    fc.property(drawn, ({ kindName, numbers }) => {
      const kind = kinds.get(kindName);
      assert.ok(kind !== undefined);
      const object = objectOf(kind, numbers);
      const json = encodeJson(kind, object);
      assert.deepEqual(decodeJson(kind, json, { mode: "strict" }).object, object);
      assert.deepEqual(decodeStoredJson(json), object);
      assert.deepEqual(decodeProtobuf(kind, encodeProtobuf(kind, object)), object);
      const yaml = new TextEncoder().encode(formatYaml(object));
      assert.deepEqual(decodeYaml(kind, yaml, { mode: "strict" }).object, object);
    }),
    { numRuns: 150 },
  );
});

function objectOf(kind: AnyKind, numbers: Iterator<number>) {
  const draw: Draw = (below) => (numbers.next().value ?? 0) % below;
  const { group, version } = kind.package;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const drawnObject = structOf(planOf(kind), draw, 0);
  return normalObject(kind, { ...drawnObject, apiVersion, kind: kind.kind });
}

function structOf(plan: StructPlan, draw: Draw, depth: number): Record<string, JsonValue> {
  const object: Record<string, JsonValue> = {};
  for (const field of plan.fields) {
    // Protobuf does not carry the apiVersion and kind of objects inside of objects.
    const isLeft = field.number === 0 || depth > depthMax || draw(Math.min(3 + depth * 2, 8)) > 0;
    if (!isLeft) object[field.name] = valueOf(field.value, draw, depth + 1);
  }
  return object;
}

function valueOf(plan: ValuePlan, draw: Draw, depth: number): JsonValue {
  switch (plan.form) {
    case "string":
      return texts[draw(texts.length)] ?? "";
    case "boolean":
      return draw(2) === 1;
    case "int32":
      return draw(2 ** 31) * (draw(2) === 1 ? 1 : -1) || 0;
    case "int64":
      return draw(4) === 0 ? 2n ** 62n + BigInt(draw(1000)) : draw(2 ** 31) - 2 ** 30;
    case "double":
      return draw(1000) / 8;
    case "bytes":
      return base64Of(Uint8Array.from({ length: draw(9) }, () => draw(256)));
    case "time":
      return `20${10 + draw(90)}-02-28T23:59:${10 + draw(50)}Z`;
    case "microTime":
      return `2024-02-29T00:00:00.${100_000 + draw(900_000)}Z`;
    case "duration":
      return ["0s", "1m30s", "1.5ms", "-2h0m0s"][draw(4)] ?? "";
    case "quantity":
      return ["0", "250m", "1Gi", "12e6", "1025Ki", "-5"][draw(6)] ?? "";
    case "intOrString":
      return draw(2) === 0 ? draw(70_000) : `${draw(100)}%`;
    case "list":
      return Array.from({ length: draw(3) }, () => valueOf(plan.element, draw, depth));
    case "map": {
      const map: Record<string, JsonValue> = {};
      for (let count = draw(3); count > 0; count--) {
        setOwn(map, keys[draw(keys.length)] ?? "", valueOf(plan.element, draw, depth));
      }
      return map;
    }
    case "struct":
      return structOf(plan.struct, draw, depth);
    default:
      return { name: texts[draw(texts.length)] ?? "", list: [1, null, 2n ** 60n, 1.5] };
  }
}

test("whatever a client sends is decoded or refused as a bad request", () => {
  const json = encodeJson(pod, { metadata: { name: "a" }, spec: { containers: [{ name: "b" }] } });
  const protobuf = encodeProtobuf(pod, { metadata: { name: "a" } });
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc.tuple(fc.constantFrom(json, protobuf), fc.nat(), fc.nat(255)).map(damaged),
  );
  fc.assert(
    fc.property(body, (bytes) => {
      for (const decode of [
        () => decodeJson(pod, bytes, { mode: "strict" }),
        () => decodeJson(configMap, bytes, { mode: "ignore" }),
        () => decodeProtobuf(pod, bytes),
        () => decodeYaml(pod, bytes, { mode: "warn" }),
      ]) {
        try {
          decode();
        } catch (error) {
          assert.ok(error instanceof StatusError && error.code === 400, String(error));
        }
      }
    }),
    { numRuns: 800 },
  );
});

/** The bytes with one of them changed. */
function damaged([bytes, at, value]: readonly [Uint8Array, number, number]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at % copy.length] = value;
  return copy;
}
