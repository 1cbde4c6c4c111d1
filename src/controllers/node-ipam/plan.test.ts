import assert from "node:assert/strict";
import { test } from "node:test";
import { planPodCidr } from "./plan.ts";

const cases: readonly (readonly [string, string, number, string, string | undefined])[] = [
  ["the first share is the first", "10.42.0.0/16", 24, "", "10.42.0.0/24"],
  ["taken shares are skipped", "10.42.0.0/16", 24, "10.42.0.0/24 10.42.1.0/24", "10.42.2.0/24"],
  ["a freed share is used again", "10.42.0.0/16", 24, "10.42.0.0/24 10.42.2.0/24", "10.42.1.0/24"],
  ["shares cross octets", "10.42.0.0/23", 24, "10.42.0.0/24", "10.42.1.0/24"],
  ["a full range has none left", "10.42.0.0/24", 24, "10.42.0.0/24", undefined],
];

for (const [rule, cidr, nodePrefixLength, taken, want] of cases) {
  test(`${rule}: ${cidr} without [${taken}]`, () => {
    assert.equal(planPodCidr({ cidr, nodePrefixLength }, new Set(taken.split(" "))), want);
  });
}
