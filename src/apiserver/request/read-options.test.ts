import assert from "node:assert/strict";
import { test } from "node:test";
import { StatusError } from "#api";
import { parseListOptions, parseWatchOptions, type ReadPoint } from "./read-options.ts";

for (const [query, want] of [
  ["", "newest"],
  ["resourceVersion=0", "newest"],
  ["resourceVersion=0&resourceVersionMatch=NotOlderThan", "newest"],
  ["resourceVersion=7", "at least 7"],
  ["resourceVersion=7&resourceVersionMatch=NotOlderThan&limit=5", "at least 7"],
  ["resourceVersion=7&limit=5", "exactly 7"],
  ["resourceVersion=7&resourceVersionMatch=Exact", "exactly 7"],
  ["resourceVersion=x", "400"],
  ["resourceVersionMatch=Exact", "422 resourceVersionMatch"],
  ["resourceVersion=0&resourceVersionMatch=Exact", "422 resourceVersionMatch"],
  ["resourceVersion=1&resourceVersionMatch=Latest", "422 resourceVersionMatch"],
  ["sendInitialEvents=true", "422 sendInitialEvents"],
  ["continue=abc", "400"],
  ["limit=many", "400"],
] as const) {
  test(`a list with "${query}" reads ${want}`, () => {
    const got = attempt(() => showPoint(parseListOptions(new URLSearchParams(query)).point));
    assert.equal(got, want);
  });
}

for (const [query, want] of [
  ["", "state newest"],
  ["resourceVersion=0", "state newest"],
  ["resourceVersion=7", "after 7"],
  ["sendInitialEvents=true&resourceVersionMatch=NotOlderThan", "state newest, end marked"],
  [
    "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=7",
    "state at least 7, end marked",
  ],
  ["sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=7", "after 7"],
  ["sendInitialEvents=true", "422 resourceVersionMatch"],
  ["resourceVersionMatch=NotOlderThan", "422 resourceVersionMatch"],
] as const) {
  test(`a watch with "${query}" starts ${want}`, () => {
    const got = attempt(() => {
      const { start, initialEventsEnd } = parseWatchOptions(new URLSearchParams(query));
      const end = initialEventsEnd === "marked" ? ", end marked" : "";
      return start.kind === "after"
        ? `after ${start.revision}${end}`
        : `state ${showPoint(start.point)}${end}`;
    });
    assert.equal(got, want);
  });
}

function showPoint(point: ReadPoint): string {
  if (point.kind === "newest") return "newest";
  return `${point.kind === "exact" ? "exactly" : "at least"} ${point.revision}`;
}

function attempt(parse: () => string): string {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const fields = new Set(error.details?.causes?.map((cause) => cause.field));
    return [error.code, ...fields].join(" ");
  }
}
