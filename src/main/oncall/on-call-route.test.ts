import assert from "node:assert/strict";
import { test } from "node:test";
import { matchRoutes, parseAlertmanagerConfig, routeSpecOf, routeTree } from "#alerting";
import { realTimeZones } from "#host";
import { alertmanagerConfigOf } from "#operator";
import { labelsOf } from "#series";
import { onCallRoute } from "./on-call-route.ts";

// Labels of an alert, and what it is grouped by on its way to on-call.
const rows: readonly (readonly [labels: Readonly<Record<string, string>>, groupedBy: string])[] = [
  [{ severity: "page", team: "db" }, "alertname team namespace service"],
  [{ severity: "page-both" }, "alertname team namespace service"],
  [{ severity: "ticket", sigma_policy: "p" }, "sigma_policy sigma_series team"],
  [{ severity: "critical", team: "db" }, ""],
  [{ severity: "warning" }, ""],
  [{ team: "db" }, ""],
];

for (const [labels, groupedBy] of rows) {
  test(`an alert of ${JSON.stringify(labels)} is grouped by ${groupedBy || "nothing: nobody hears of it"}`, () => {
    const text = JSON.stringify(alertmanagerConfigOf([onCallRoute]));
    const options = { directory: undefined, syntax: "either", zones: realTimeZones } as const;
    const { route } = parseAlertmanagerConfig(text, options);
    const matched = matchRoutes(
      routeTree(routeSpecOf(route)),
      labelsOf(Object.entries({ alertname: "A", ...labels })),
    );
    const shown = matched
      .filter(({ options: { receiver } }) => receiver === "on-call")
      .map(({ options: { groupBy } }) => (groupBy === "all" ? "all" : [...groupBy].join(" ")));
    assert.equal(shown.join(), groupedBy);
  });
}
