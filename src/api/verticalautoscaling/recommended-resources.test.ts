import assert from "node:assert/strict";
import { test } from "node:test";
import { withRecommendation } from "./recommended-resources.ts";

// Requests and limits of cpu, "-" for none; the target; what they become.
const cases: readonly (readonly [rule: string, before: string, target: string, want: string])[] = [
  ["requests are what is recommended", "100m -", "250m", "250m -"],
  ["limits keep their proportion", "100m 200m", "250m", "250m 500m"],
  ["a limit alone was the request", "- 200m", "250m", "250m 250m"],
  ["proportions are kept to thousandths", "300m 1", "100m", "100m 333m"],
  ["limits may be left alone", "100m 400m", "250m RequestsOnly", "250m 400m"],
  ["unless requests would exceed them", "100m 200m", "250m RequestsOnly", "250m 250m"],
  ["nothing recommended, nothing changed", "100m 200m", "-", "100m 200m"],
];

for (const [rule, before, wanted, want] of cases) {
  test(`what a new pod gets: ${rule}`, () => {
    const [request = "-", limit = "-"] = before.split(" ");
    const [target = "-", controlledValues] = wanted.split(" ");
    const amount = (text: string) => (text === "-" ? undefined : { cpu: text });
    const requests = amount(request);
    const limits = amount(limit);
    const resources = {
      ...(requests === undefined ? {} : { requests }),
      ...(limits === undefined ? {} : { limits }),
    };
    const recommended = amount(target);
    const containerRecommendations =
      recommended === undefined ? [] : [{ containerName: "app", target: recommended }];
    const changed = withRecommendation(
      { spec: { containers: [{ name: "app", resources }] } },
      {
        metadata: { name: "vpa" },
        spec: {
          targetRef: { kind: "Deployment", name: "web" },
          resourcePolicy: {
            containerPolicies:
              controlledValues === "RequestsOnly" ? [{ containerName: "*", controlledValues }] : [],
          },
        },
        status: { recommendation: { containerRecommendations } },
      },
    );
    const after = changed.spec?.containers[0]?.resources;
    assert.equal(`${after?.requests?.["cpu"] ?? "-"} ${after?.limits?.["cpu"] ?? "-"}`, want);
    assert.equal(
      changed.metadata?.annotations?.["vpaUpdates"],
      recommended === undefined
        ? undefined
        : "Pod resources updated by vpa: container 0: cpu request",
    );
  });
}
