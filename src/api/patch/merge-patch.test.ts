import assert from "node:assert/strict";
import { test } from "node:test";
import { applyMergePatch } from "./merge-patch.ts";

// Document, patch, outcome. The first rows are the cases of RFC 7386, appendix A, that start from an object.
const rows: readonly (readonly [string, string, string])[] = [
  [`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`],
  [`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`],
  [`{"a":"b"}`, `{"a":null}`, `{}`],
  [`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`],
  [`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`],
  [`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`],
  [`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`],
  [`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`],
  [`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`],
  [`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`],
  [`{"a":1}`, `{"a":{"b":null,"c":[{"d":null}]}}`, `{"a":{"c":[{}]}}`],
  [`{"a":[null,1]}`, `{"b":[null]}`, `{"a":[null,1],"b":[null]}`],
  [`{}`, `{"__proto__":{"a":1}}`, `{"__proto__":{"a":1}}`],
];
for (const [document, patch, outcome] of rows) {
  test(`merge patch ${patch} on ${document}`, () => {
    assert.equal(JSON.stringify(applyMergePatch(JSON.parse(document), JSON.parse(patch))), outcome);
  });
}

test("a merge patch that is not an object is a bad request", () => {
  assert.throws(() => applyMergePatch({}, null), { message: "Invalid JSON Patch" });
  assert.throws(() => applyMergePatch({}, [1]), {
    reason: "BadRequest",
    message:
      "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
  });
});
