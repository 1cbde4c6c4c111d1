import assert from "node:assert/strict";
import { test } from "node:test";
import { configDefaults, configIdentity, parseConfig } from "./index.ts";

// Two jobs, and whether they are the same to a reload.
const pairs: readonly (readonly [left: string, right: string, same: boolean])[] = [
  ["", "scheme: http", true],
  ["", "scheme: https", false],
  ["bearer_token: a", "authorization: {credentials: a}", true],
  ["bearer_token: a", "bearer_token: b", false],
  ["params: {a: [b]}", "params: {a: [b], c: [d]}", false],
  ["http_headers: {a: {secrets: [b]}}", "http_headers: {a: {secrets: [c]}}", false],
  ["static_configs: [{targets: [a]}]", "static_configs: [{targets: [a], labels: {}}]", true],
  ["static_configs: [{targets: [a]}]", "static_configs: [{targets: [b]}]", false],
];

for (const [left, right, same] of pairs) {
  test(`{${left}} and {${right}} are ${same ? "the same" : "different"}`, () => {
    const [one, other] = [left, right].map((options) => configIdentity(jobOf(options)));
    assert.equal(one === other, same);
  });
}

function jobOf(options: string) {
  const text = `{scrape_configs: [{job_name: j, ${options}}]}`;
  const parsing = { directory: undefined, env: () => undefined, defaults: configDefaults };
  return parseConfig(text, parsing).scrapeConfigs;
}
