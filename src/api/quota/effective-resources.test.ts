import assert from "node:assert/strict";
import { test } from "node:test";
import { specWithEffectiveResources } from "./effective-resources.ts";

// CPU of a container: what is asked for, set aside and in effect, as requests/limits; `!` after the
// first: the node has said that this will never be granted.
const cases: readonly (readonly [rule: string, state: string, want: string])[] = [
  ["nothing is being resized", "100m/200m 100m 100m/200m", "100m/200m"],
  ["what is asked for counts at once", "300m/400m 100m 100m/200m", "300m/400m"],
  ["what is still in effect counts until it is not", "50m/60m 50m 100m/200m", "100m/200m"],
  ["what is set aside counts, too", "50m/200m 150m 100m/200m", "150m/200m"],
  ["what will never be granted does not", "900m/950m! 100m 100m/200m", "100m/200m"],
  ["amounts are compared, not their texts", "1/1 1000m 1000m/1000m", "1/1"],
];

for (const [rule, state, want] of cases) {
  test(`resources that count: ${rule} (${state})`, () => {
    const [asked = "", allocated = "", inEffect = ""] = state.split(" ");
    const isInfeasible = asked.endsWith("!");
    const container = { name: "app", resources: amountsOf(asked.replace("!", "")) };
    const status = {
      name: "app",
      ready: true,
      restartCount: 0,
      image: "",
      imageID: "",
      allocatedResources: { cpu: allocated },
      resources: amountsOf(inEffect),
    };
    const pending = { type: "PodResizePending", status: "True", reason: "Infeasible" };
    const spec = specWithEffectiveResources({
      spec: { containers: [container] },
      status: { containerStatuses: [status], conditions: isInfeasible ? [pending] : [] },
    });
    const { requests, limits } = spec.containers[0]?.resources ?? {};
    assert.equal(`${requests?.["cpu"]}/${limits?.["cpu"]}`, want);
  });
}

test("a pod that is not being resized is told by the very same spec", () => {
  const spec = { containers: [{ name: "app", resources: amountsOf("1/2") }] };
  assert.equal(specWithEffectiveResources({ spec, status: { phase: "Pending" } }), spec);
});

function amountsOf(text: string) {
  const [request = "", limit = ""] = text.split("/");
  return { requests: { cpu: request }, limits: { cpu: limit } };
}
