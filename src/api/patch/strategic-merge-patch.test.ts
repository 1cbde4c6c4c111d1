import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "js-yaml";
import { deployment } from "../apps/v1/deployment.ts";
import { service } from "../core/v1/service.ts";
import {
  atomicListOf,
  declarationsOf,
  field,
  int32,
  type JsonObject,
  type JsonValue,
  json,
  keyedListOf,
  lazy,
  listOf,
  mapOf,
  rawExtension,
  setOf,
  string,
  type Schema,
  type StructSchema,
} from "../schema/schema.ts";
import { StatusError } from "../status-error.ts";
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";

// A box has one member of each way to be patched:
// items merge by name, bag merges by value, whole is replaced, kin is a box again, labels are a map,
// source keeps only what $retainKeys names, volumes merge by name and honour $retainKeys.
const { type } = declarationsOf({ openApi: "test.v1", group: "test", version: "v1" });
const source = type("Source", "", {
  name: field(1, string, ""),
  size: field(2, int32, ""),
  labels: field(3, mapOf(string), ""),
});
const box: StructSchema<Record<string, never>> = type("Box", "", {
  name: field(1, string, ""),
  value: field(2, string, ""),
  size: field(3, int32, ""),
  items: field(
    4,
    keyedListOf(
      lazy(() => box as Schema<JsonObject>),
      "name",
    ),
    "",
  ).patchMerged("name"),
  bag: field(5, setOf(int32), "").patchMerged(),
  whole: field(6, atomicListOf(lazy(() => box as Schema<JsonObject>)), ""),
  kin: field(
    7,
    lazy(() => box as Schema<JsonObject>),
    "",
  ),
  labels: field(8, mapOf(string), ""),
  source: field(9, source, "").patchRetainsKeys(),
  volumes: field(10, keyedListOf(source, "name"), "").patchMerged("name").patchRetainsKeys(),
  raw: field(11, rawExtension, ""),
  free: field(12, json, ""),
  given: field(13, rawExtension, "").patchReplaced(),
  grid: field(14, listOf(listOf(string)), "").patchMerged(),
  keyless: field(15, listOf(source), "").patchMerged(),
}) as never;

// Each row, in flow YAML: what is there, the patch, and what comes of it, or "! code message".
const rows: readonly (readonly [string, string, string])[] = [
  // Objects and scalars.
  ["{value: a}", "{value: b, size: 1}", "{value: b, size: 1}"],
  ["{value: a, size: 1}", "{size: null}", "{value: a}"],
  ["{}", "{kin: {value: null, kin: {size: null}}}", "{kin: {kin: {}}}"],
  ["{kin: {value: a, size: 1}}", "{kin: {size: 2}}", "{kin: {value: a, size: 2}}"],
  ["{labels: {a: x, b: y}}", "{labels: {a: null, c: z}}", "{labels: {b: y, c: z}}"],
  ["{value: a}", "{value: {b: 1}}", "{value: {b: 1}}"],
  ["{kin: {value: a, size: 1}}", "{kin: {$patch: replace, size: 2}}", "{kin: {size: 2}}"],
  ["{kin: {value: a}}", "{kin: {$patch: delete}}", "{kin: {}}"],
  [
    "{kin: {value: a}}",
    "{kin: {$patch: spam}}",
    "! 500 unknown patch type: spam in map: map[$patch:spam]",
  ],
  ["{value: a}", "{kin: {$patch: replace, size: 2}}", "{value: a}"],
  ["{value: a}", "{$patch: delete}", "{}"],
  // Free JSON merges as a merge patch; a declaration may have it replaced.
  [
    "{raw: {a: {b: 1, c: 2}, l: [1]}}",
    "{raw: {a: {b: null}, l: [2]}}",
    "{raw: {a: {c: 2}, l: [2]}}",
  ],
  ["{free: {a: {b: 1}}}", "{free: {a: {c: 2}}}", "{free: {a: {b: 1, c: 2}}}"],
  ["{given: {a: 1}}", "{given: {b: 1}}", "{given: {b: 1}}"],
  // Lists of scalars.
  ["{bag: [1, 2]}", "{bag: [2, 3]}", "{bag: [1, 2, 3]}"],
  ["{bag: [1, 2, 3]}", "{$deleteFromPrimitiveList/bag: [2, 9]}", "{bag: [1, 3]}"],
  ["{bag: [1, 2, 1]}", "{$deleteFromPrimitiveList/bag: [1]}", "{bag: [2]}"],
  ["{value: a}", "{$deleteFromPrimitiveList/bag: [1]}", "{value: a}"],
  ["{bag: []}", "{$deleteFromPrimitiveList/bag: [1]}", "{bag: []}"],
  ["{bag: [1, 2, 3]}", "{$setElementOrder/bag: [3, 1, 2]}", "{bag: [3, 1, 2]}"],
  ["{bag: [1, 2, 3]}", "{$setElementOrder/bag: [3, 4, 1], bag: [4]}", "{bag: [2, 3, 4, 1]}"],
  [
    "{bag: [1, 2, 3]}",
    "{$setElementOrder/bag: [3, 1], $deleteFromPrimitiveList/bag: [2]}",
    "{bag: [3, 1]}",
  ],
  ["{bag: [1, 2, 3]}", "{$setElementOrder/bag: [3, 9, 1]}", "{bag: [2, 3, 1]}"],
  ["{}", "{$setElementOrder/bag: [2, 1], bag: [2, 1]}", "{bag: [2, 1]}"],
  [
    "{bag: [1]}",
    "{$setElementOrder/bag: [1, 2, 3], bag: [3, 2]}",
    "! 500 The order in patch list:\\n[3 2]\\n doesn't match $setElementOrder list:\\n[1 2 3]\\n",
  ],
  ["{bag: [1]}", "{$setElementOrder: [1]}", "! 400 invalid patch format of setElementOrder list"],
  ["{bag: [1]}", "{$deleteFromPrimitiveList: [1]}", "! 400 invalid patch format of primitive list"],
  ["{bag: [1, a]}", "{bag: [2]}", "! 500 list element types are not identical: [[1 a] [2]]"],
  [
    "{grid: [[a]]}",
    "{grid: [[b]]}",
    "! 422 the server rejected our request due to an error in our request",
  ],
  // Lists that do not merge.
  ["{whole: [{name: a}, {name: b}]}", "{whole: [{name: c}]}", "{whole: [{name: c}]}"],
  ["{whole: [{name: a}]}", "{whole: []}", "{whole: []}"],
  // Lists of objects.
  [
    "{items: [{name: a, value: x}]}",
    "{items: [{name: a, size: 1}]}",
    "{items: [{name: a, value: x, size: 1}]}",
  ],
  ["{items: [{name: a}]}", "{items: [{name: b}]}", "{items: [{name: b}, {name: a}]}"],
  [
    "{items: [{name: a}, {name: b}]}",
    "{items: [{name: a, $patch: delete}]}",
    "{items: [{name: b}]}",
  ],
  ["{items: [{name: a}]}", "{items: [{name: z, $patch: delete}]}", "{items: [{name: a}]}"],
  ["{items: [{name: a}]}", "{items: [{$patch: replace}, {name: b}]}", "{items: [{name: b}]}"],
  ["{items: [{name: a}]}", "{items: [{$patch: replace}]}", "{items: []}"],
  [
    "{items: [{name: a}]}",
    "{items: [{$patch: delete}]}",
    "! 500 map: map[$patch:delete] does not contain declared merge key: name",
  ],
  [
    "{items: [{name: a}]}",
    "{items: [{value: x}]}",
    "! 500 map: map[value:x] does not contain declared merge key: name",
  ],
  [
    "{items: [{name: a}]}",
    "{items: [{$patch: merge}]}",
    "! 500 merging lists cannot yet be specified in the patch",
  ],
  ["{items: [{name: a}]}", "{items: []}", "{items: [{name: a}]}"],
  ["{items: [{name: a}]}", "{items: null}", "{}"],
  [
    "{value: a}",
    "{items: [{name: b}, {name: c, $patch: delete}]}",
    "{value: a, items: [{name: b}]}",
  ],
  [
    "{items: [{name: a, items: [{name: p, value: x}]}]}",
    "{items: [{name: a, items: [{name: p, size: 1}]}]}",
    "{items: [{name: a, items: [{name: p, value: x, size: 1}]}]}",
  ],
  [
    "{items: [{name: a, bag: [1]}]}",
    "{items: [{name: a, bag: [2]}]}",
    "{items: [{name: a, bag: [2, 1]}]}",
  ],
  [
    "{keyless: [{name: a}]}",
    "{keyless: [{name: b}]}",
    "! 500 cannot merge lists without merge key for struct",
  ],
  // The order of lists of objects; the first row has items that only the server knows at the end.
  [
    "{items: [{name: 1}, {name: 3}, {name: 4}, {name: 2}, {name: 9}]}",
    "{$setElementOrder/items: [{name: 4}, {name: 2}, {name: 3}, {name: 1}]}",
    "{items: [{name: 4}, {name: 2}, {name: 3}, {name: 1}, {name: 9}]}",
  ],
  [
    "{items: [{name: 1}, {name: 2}, {name: 9}, {name: 3}, {name: 4}]}",
    "{$setElementOrder/items: [{name: 2}, {name: 1}, {name: 4}, {name: 3}]}",
    "{items: [{name: 2}, {name: 1}, {name: 9}, {name: 4}, {name: 3}]}",
  ],
  [
    "{items: [{name: 1}, {name: 2}, {name: 7}, {name: 9}, {name: 8}, {name: 3}]}",
    "{$setElementOrder/items: [{name: 2}, {name: 1}, {name: 3}]}",
    "{items: [{name: 2}, {name: 1}, {name: 7}, {name: 9}, {name: 8}, {name: 3}]}",
  ],
  [
    "{items: [{name: 1}, {name: 2}]}",
    "{$setElementOrder/items: [{name: 2}, {name: 3}, {name: 1}], items: [{name: 3}]}",
    "{items: [{name: 2}, {name: 3}, {name: 1}]}",
  ],
  [
    "{items: [{name: 1}, {name: 2}]}",
    "{$setElementOrder/items: [{name: 2}], items: [{name: 1, $patch: delete}]}",
    "{items: [{name: 2}]}",
  ],
  [
    "{items: [{name: 1}]}",
    "{$setElementOrder/items: [{name: 1}], items: [{name: 2}]}",
    "! 500 The order in patch list:\\n[map[name:2]]\\n doesn't match $setElementOrder list:\\n[map[name:1]]\\n",
  ],
  ["{bag: [1, 2, 3, 2, 4]}", "{$setElementOrder/bag: [2, 1, 4, 3, 2]}", "{bag: [2, 2, 1, 4, 3]}"],
  // Members that $retainKeys does not name are cleared.
  [
    "{source: {name: a, size: 1}}",
    "{source: {$retainKeys: [name], name: b}}",
    "{source: {name: b}}",
  ],
  ["{source: {name: a, size: 1}}", "{source: {$retainKeys: [name]}}", "{source: {name: a}}"],
  [
    "{source: {name: a, size: 1}}",
    "{source: {$retainKeys: [name], size: null}}",
    "{source: {name: a}}",
  ],
  [
    "{source: {name: a}}",
    "{source: {$retainKeys: [name], size: 2}}",
    "! 400 invalid patch format of retainKeys",
  ],
  [
    "{source: {name: a}}",
    "{source: {$retainKeys: name}}",
    "! 400 invalid patch format of retainKeys",
  ],
  [
    "{volumes: [{name: a, size: 1}]}",
    "{volumes: [{name: a, $retainKeys: [name, labels], labels: {x: y}}]}",
    "{volumes: [{name: a, labels: {x: y}}]}",
  ],
  // Unknown members are refused where a schema is needed.
  [
    "{kin: {spam: {a: 1}}}",
    "{kin: {spam: {a: 2}}}",
    '! 500 unable to find api field in struct Box for the json field "spam"',
  ],
  ["{}", "{__proto__: {a: 1}}", '{"__proto__": {a: 1}}'],
];
for (const [document, patch, outcome] of rows) {
  test(`strategic merge patch ${patch} on ${document}`, () => {
    assert.deepEqual(applied(document, patch), outcome.startsWith("!") ? outcome : parse(outcome));
  });
}

test("a Service's ports merge by port alone, although apply tells them apart by protocol too", () => {
  const live = { spec: { ports: [{ port: 53, protocol: "TCP" }] } };
  const patch = { spec: { ports: [{ port: 53, protocol: "UDP" }] } };
  const patched = applyStrategicMergePatch(service, live, patch);
  assert.deepEqual(patched, { spec: { ports: [{ port: 53, protocol: "UDP" }] } });
});

test("a Deployment's container is patched by name, its volumes lose the source they had", () => {
  const live = parse(`{spec: {template: {spec: {
    containers: [{name: web, image: "web:1", env: [{name: A, value: x}]}, {name: log, image: "log:1"}],
    volumes: [{name: v, emptyDir: {}}], tolerations: [{key: a}]}}}}`);
  const patch = parse(`{spec: {template: {spec: {
    $setElementOrder/containers: [{name: web}], containers: [{name: web, image: "web:2"}],
    volumes: [{name: v, $retainKeys: [name, secret], secret: {secretName: s}}], tolerations: [{key: b}]}}}}`);
  assert.deepEqual(
    applyStrategicMergePatch(deployment, live as JsonObject, patch),
    parse(`{spec: {template: {spec: {
      containers: [{name: web, image: "web:2", env: [{name: A, value: x}]}, {name: log, image: "log:1"}],
      volumes: [{name: v, secret: {secretName: s}}], tolerations: [{key: b}]}}}}`),
  );
});

test("the body must be an object", () => {
  assert.deepEqual(applyStrategicMergePatch(box, { value: "a" }, null), { value: "a" });
  assert.throws(() => applyStrategicMergePatch(box, {}, "spam"), {
    code: 400,
    message: "json: cannot unmarshal string into Go value of type map[string]interface {}",
  });
});

function applied(document: string, patch: string): JsonValue {
  const before = parse(document);
  try {
    const after = applyStrategicMergePatch(box, before as JsonObject, parse(patch));
    assert.deepEqual(before, parse(document), "the document stays as it was");
    return after;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return `! ${error.code} ${error.message.replaceAll("\n", "\\n")}`;
  }
}

function parse(text: string): JsonValue {
  return load(text) as JsonValue;
}
