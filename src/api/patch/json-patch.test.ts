import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import jsonpatch from "fast-json-patch";
import type { JsonValue } from "../schema/schema.ts";
import { StatusError } from "../status-error.ts";
import { applyJsonPatch, decodeJsonPatch, jsonPatchOperationCountMax } from "./json-patch.ts";

// Each row: document, patch, and the outcome: the patched document or "!" and why not.
const rows: readonly (readonly [string, string, string])[] = [
  [`{"a":1}`, `[{"op":"add","path":"/b","value":2}]`, `{"a":1,"b":2}`],
  [`{"a":1}`, `[{"op":"add","path":"/a","value":2}]`, `{"a":2}`],
  [`{"a":[1,3]}`, `[{"op":"add","path":"/a/1","value":2}]`, `{"a":[1,2,3]}`],
  [`{"a":[1]}`, `[{"op":"add","path":"/a/-","value":2}]`, `{"a":[1,2]}`],
  [`{"a":[1,2]}`, `[{"op":"add","path":"/a/-1","value":3}]`, `{"a":[1,2,3]}`],
  [`{"a":[1]}`, `[{"op":"add","path":"/a/2","value":3}]`, `! unable to access invalid index: 2`],
  [
    `{"a":[1]}`,
    `[{"op":"add","path":"/a/x","value":3}]`,
    `! value was not a proper array index: 'x'`,
  ],
  [
    `{}`,
    `[{"op":"add","path":"/a/b","value":1}]`,
    `! add operation does not apply: document is missing path: /a/b`,
  ],
  [
    `{}`,
    `[{"op":"add","path":"","value":{}}]`,
    `! add operation does not apply: document is missing path: `,
  ],
  [`{}`, `[{"op":"add","path":"/","value":1}]`, `{"":1}`],
  [`{"a/b":1,"c~d":2}`, `[{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/c~0d"}]`, `{}`],
  [`{"a":[1,2,3]}`, `[{"op":"remove","path":"/a/-1"}]`, `{"a":[1,2]}`],
  [`{"a":1}`, `[{"op":"remove","path":"/b"}]`, `! unable to remove nonexistent key: b`],
  [`{"a":1}`, `[{"op":"replace","path":"/b","value":2}]`, `{"a":1,"b":2}`],
  [`{"a":[1,2]}`, `[{"op":"replace","path":"/a/-2","value":9}]`, `{"a":[9,2]}`],
  [`{"a":1}`, `[{"op":"replace","path":"","value":{"b":1}}]`, `{"b":1}`],
  [
    `{"a":1}`,
    `[{"op":"replace","path":"","value":1}]`,
    `! replace operation value must be object or array`,
  ],
  [`{"a":{"b":1}}`, `[{"op":"move","from":"/a/b","path":"/c"}]`, `{"a":{},"c":1}`],
  [
    `{"a":{"b":1}}`,
    `[{"op":"move","from":"/a","path":"/a/b"}]`,
    `! move operation does not apply: document is missing path: /a/b`,
  ],
  [
    `{"a":{"b":1}}`,
    `[{"op":"copy","from":"/a","path":"/c"},{"op":"replace","path":"/c/b","value":2}]`,
    `{"a":{"b":1},"c":{"b":2}}`,
  ],
  [`{"a":{"b":[1,2]}}`, `[{"op":"test","path":"/a","value":{"b":[1,2]}}]`, `{"a":{"b":[1,2]}}`],
  [`{"a":1}`, `[{"op":"test","path":"/b","value":null}]`, `{"a":1}`],
  [`{"a":1}`, `[{"op":"test","path":"/a","value":2}]`, `! testing value /a failed`],
  [`{"a":1}`, `[{"op":"test","path":"","value":{"a":1}}]`, `{"a":1}`],
  [`{"a":1}`, `[{"op":"spam","path":"/a"}]`, `! unexpected kind: spam`],
  [`{"a":1}`, `[null]`, `! unexpected kind: unknown`],
  [`{"a":1}`, `[{"op":"remove"}]`, `! remove operation is missing its path`],
  [`{"a":1}`, `null`, `{"a":1}`],
  [`{}`, `[{"op":"add","path":"/__proto__","value":{"x":1}}]`, `{"__proto__":{"x":1}}`],
  [
    `{}`,
    `[{"op":"add","path":"/constructor/x","value":1}]`,
    `! add operation does not apply: document is missing path: /constructor/x`,
  ],
];
for (const [document, patch, outcome] of rows) {
  test(`JSON patch ${patch} on ${document}`, () => {
    assert.equal(show(document, patch), outcome);
  });
}

test("a patch that is not a list of operations is a bad request", () => {
  const type = "Go value of type []handlers.jsonPatchOp";
  assert.throws(() => decodeJsonPatch({}), {
    reason: "BadRequest",
    message: `error decoding patch: json: cannot unmarshal object into ${type}`,
  });
  assert.throws(() => decodeJsonPatch([{ op: 1 }]), {
    message:
      "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string",
  });
});

test("a patch of too many operations is too large", () => {
  const step = { op: "add", path: "/a", value: 1 };
  const body = Array.from({ length: jsonPatchOperationCountMax + 1 }, () => step);
  assert.throws(() => decodeJsonPatch(body), {
    code: 413,
    message: "The allowed maximum operations in a JSON patch is 10000, got 10001",
  });
});

test("what copies add up to is limited", () => {
  const double = { op: "copy", from: "/a", path: "/a/-" };
  const { operations } = decodeJsonPatch(Array.from({ length: 40 }, () => double));
  assert.throws(() => applyJsonPatch({ a: ["x"] }, operations), { code: 422 });
});

test("unknown members of an operation are strict errors", () => {
  const { strictErrors } = decodeJsonPatch([{ op: "test", path: "/a", extra: 1 }]);
  assert.deepEqual(strictErrors, [`json patch unknown field "[0].extra"`]);
});

test("a failed operation leaves the document as it was", () => {
  const document = { a: [1, { b: 2 }] };
  const { operations } = decodeJsonPatch([
    { op: "replace", path: "/a/1/b", value: 3 },
    { op: "test", path: "/a/0", value: 9 },
  ]);
  assert.throws(() => applyJsonPatch(document, operations), StatusError);
  assert.deepEqual(document, { a: [1, { b: 2 }] });
});

test("the difference between two documents applies as it does in another implementation", () => {
  const documents = fc.dictionary(fc.constantFrom("a", "b", "c/d", "~"), jsonValue(), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(documents, documents, (from, to) => {
      const steps = jsonpatch.compare(from as object, to as object) as unknown as JsonValue;
      const { operations } = decodeJsonPatch(steps);
      assert.deepEqual(applyJsonPatch(from as JsonValue, operations), to);
    }),
  );
});

function jsonValue(): fc.Arbitrary<unknown> {
  return fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
}

function show(document: string, patch: string): string {
  try {
    const { operations } = decodeJsonPatch(JSON.parse(patch));
    return JSON.stringify(applyJsonPatch(JSON.parse(document), operations));
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 422) throw error;
    assert.equal(error.message, "the server rejected our request due to an error in our request");
    return `! ${(error.cause as Error).message}`;
  }
}
