import assert from "node:assert/strict";
import { test } from "node:test";
import { pushedPage } from "./pushed-page.ts";

// What is pushed, and what is shown of it: title, body, tag, address.
const rows: readonly (readonly [pushed: string, want: string])[] = [
  [
    '{"title":"Down","body":"since 3","tag":"a1","url":"https://x/ack"}',
    "Down|since 3|a1|https://x/ack",
  ],
  ['{"title":"Down","url":"javascript:alert(1)"}', "Down|||"],
  ['{"title":5,"body":{}}', "You are paged|||"],
  ["no JSON", "You are paged|||"],
  ["null", "You are paged|||"],
];

for (const [pushed, want] of rows) {
  test(`of a push ${pushed} is shown ${want}`, () => {
    assert.equal(Object.values(pushedPage(pushed)).join("|"), want);
  });
}
