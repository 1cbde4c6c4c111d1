import assert from "node:assert/strict";
import { test } from "node:test";
import { withTolerations } from "./plugin.ts";

// A pod's own tolerations as "key:effect", and those that it has then with their seconds.
const cases: readonly (readonly [string, string])[] = [
  ["", "not-ready:300 unreachable:300"],
  ["not-ready:NoExecute", "not-ready unreachable:300"],
  ["not-ready:NoSchedule", "not-ready not-ready:300 unreachable:300"],
  [":", ""],
  ["disk:NoExecute", "disk not-ready:300 unreachable:300"],
];
for (const [own, expected] of cases) {
  test(`tolerations [${own}] become [${expected}]`, () => {
    const prefix = "node.kubernetes.io/";
    const tolerations = own
      .split(" ")
      .filter((text) => text !== "")
      .map((text) => {
        const [key = "", effect = ""] = text.split(":");
        return { key: key === "" ? "" : prefix + key, effect, operator: "Exists" };
      });
    const shown = withTolerations({ containers: [], tolerations }).tolerations?.map(
      ({ key = "", tolerationSeconds }) =>
        key.replace(prefix, "") + (tolerationSeconds === undefined ? "" : `:${tolerationSeconds}`),
    );
    assert.equal(shown?.join(" "), expected);
  });
}
