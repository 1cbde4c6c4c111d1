import assert from "node:assert/strict";
import { test } from "node:test";
import { Ledger, logged } from "../incident/ledger.ts";
import type { EventDraft } from "../incident/event.ts";
import { keptAfter } from "./retention.ts";

const longAgo = { fromMs: 100, untilMs: 200 };
const farAhead = { fromMs: 100, untilMs: 10_000 };

function overrideOf(id: string, span: typeof longAgo): EventDraft {
  const override = { id, user: "bob", replaces: undefined, ...span };
  return { kind: "overrideAdded", by: "alice", schedule: "web", override };
}

function removalOf(id: string): EventDraft {
  return { kind: "overrideRemoved", by: "alice", schedule: "web", id };
}

const browser = {
  by: "alice",
  user: "alice",
  contact: "browser",
  contactKind: "web-push",
  address: "{}",
} as const;
const added: EventDraft = { kind: "contactAdded", ...browser };
const removed: EventDraft = {
  kind: "contactRemoved",
  by: "alice",
  user: "alice",
  contact: "browser",
};

// What happened, each at its time, and which of it is kept at 1,000 when 500 are remembered.
const rows: readonly (readonly [string, readonly (readonly [number, EventDraft])[], string])[] = [
  ["an old override that is over goes", [[1, overrideOf("a", longAgo)]], ""],
  ["one that still holds stays", [[1, overrideOf("a", farAhead)]], "1"],
  [
    "one that was taken back never comes again",
    [
      [1, overrideOf("a", farAhead)],
      [2, removalOf("a")],
    ],
    "",
  ],
  [
    "what is recent stays for the audit",
    [
      [900, overrideOf("a", longAgo)],
      [901, removalOf("a")],
    ],
    "1 2",
  ],
  ["a browser stays while it is there", [[1, added]], "1"],
  [
    "one that was taken away goes",
    [
      [1, added],
      [2, removed],
    ],
    "",
  ],
  [
    "one that came back stays",
    [
      [1, added],
      [2, removed],
      [900, added],
    ],
    "1 3",
  ],
];

for (const [name, happened, want] of rows) {
  test(`of the log, ${name}`, () => {
    const ledger = new Ledger();
    const events = happened.map(([atMs, draft], index) => logged(draft, index + 1, atMs));
    for (const event of events) ledger.apply(event);
    const kept = events.filter(keptAfter(ledger, 1_000, 500));
    assert.equal(kept.map(({ sequence }) => sequence).join(" "), want);
  });
}
