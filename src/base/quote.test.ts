import assert from "node:assert/strict";
import { test } from "node:test";
import { quoteGo } from "./quote.ts";

const quotations: readonly (readonly [text: string, quoted: string])[] = [
  ["", '""'],
  ["up", '"up"'],
  ['say "hi"', '"say \\"hi\\""'],
  ["a\\b", '"a\\\\b"'],
  ["\u0007\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'],
  ["\u0000\u001b\u007f", '"\\x00\\x1b\\x7f"'],
  ["größe 日本 €", '"größe 日本 €"'],
  ["😀", '"😀"'],
  ["\u00a0\u200b\ufeff", '"\\u00a0\\u200b\\ufeff"'],
  ["\u{e0001}", '"\\U000e0001"'],
  ["\ud800", '"\\ufffd"'],
  ["\udcff", '"\\xff"'],
];

for (const [text, quoted] of quotations) {
  test(`${quoted} is how Go quotes it`, () => {
    assert.equal(quoteGo(text), quoted);
  });
}
