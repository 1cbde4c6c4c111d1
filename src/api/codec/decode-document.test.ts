import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeDocument } from "./decode-document.ts";

test("a document keeps every integer and tells of keys that are there twice", () => {
  const text = '{"a":1,"l":[{"b":9007199254740993,"b":9223372036854775807}],"a":{"__proto__":1}}';
  const { value, duplicates } = decodeDocument(text, "");
  assert.deepEqual(value, {
    a: JSON.parse('{"__proto__":1}'),
    l: [{ b: 9223372036854775807n }],
  });
  assert.deepEqual(duplicates, ["l[0].b", "a"]);
});

for (const [text, message] of [
  ["", "unexpected end of JSON input"],
  ['{"a":}', "invalid character '}' looking for beginning of value"],
  ["[1] 2", "invalid character '2' after top-level value"],
  ["[".repeat(2000), "exceeded max depth"],
] as const) {
  test(`${text.slice(0, 10)} is refused: ${message}`, () => {
    assert.throws(() => decodeDocument(text, "oh: "), { code: 400, message: `oh: ${message}` });
  });
}
