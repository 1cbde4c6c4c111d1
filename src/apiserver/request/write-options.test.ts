import assert from "node:assert/strict";
import { test } from "node:test";
import { StatusError } from "#api";
import { fieldOwnerOf } from "./field-owner.ts";
import { deleteOptionsFromQuery, deletionOptionsOf, parseWriteOptions } from "./write-options.ts";

// "dry run, validation, force", or the fields that are wrong.
for (const [query, want] of [
  ["", "none warn absent"],
  ["dryRun=All", "all warn absent"],
  ["dryRun=Some", "422 dryRun"],
  ["fieldValidation=Strict", "none strict absent"],
  ["fieldValidation=Loose", "422 fieldValidation"],
  ["force=true", "none warn given"],
  ["force=false", "none warn absent"],
  [`fieldManager=${"m".repeat(129)}`, "422 fieldManager"],
  ["fieldManager=a%00b", "422 fieldManager"],
] as const) {
  test(`a write with "${query}" is ${want}`, () => {
    const got = attempt(() => {
      const options = parseWriteOptions(new URLSearchParams(query), "UpdateOptions");
      return [options.dryRun, options.fieldValidation, options.force].join(" ");
    });
    assert.equal(got, want);
  });
}

for (const [query, want] of [
  ["", "- - none"],
  ["gracePeriodSeconds=5&propagationPolicy=Orphan", "5 Orphan none"],
  ["gracePeriodSeconds=-3", "1 - none"],
  ["orphanDependents=true", "- Orphan none"],
  ["orphanDependents=false", "- Background none"],
  ["orphanDependents=true&propagationPolicy=Orphan", "422 propagationPolicy"],
  ["propagationPolicy=Later", "422 propagationPolicy"],
  ["dryRun=All", "- - all"],
] as const) {
  test(`a deletion with "${query}" is ${want}`, () => {
    const got = attempt(() => {
      const options = deletionOptionsOf(deleteOptionsFromQuery(new URLSearchParams(query)));
      return [options.graceSeconds ?? "-", options.propagation ?? "-", options.dryRun].join(" ");
    });
    assert.equal(got, want);
  });
}

for (const [query, agent, want] of [
  ["fieldManager=me", "kubectl/1.35", "me"],
  ["", "kubectl/v1.35.2 (linux/amd64)", "kubectl"],
  ["", "Mozilla 5", "Mozilla 5"],
  ["", "", "unknown"],
] as const) {
  test(`a write of "${agent}" with "${query}" is owned by ${want}`, () => {
    const options = parseWriteOptions(new URLSearchParams(query), "CreateOptions");
    const headers = { "user-agent": agent };
    const request = { method: "POST", target: "/", headers, body: undefined };
    assert.equal(fieldOwnerOf(options, request), want);
  });
}

function attempt(parse: () => string): string {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const fields = new Set(error.details?.causes?.map(({ field }) => field));
    return [error.code, ...fields].join(" ");
  }
}
