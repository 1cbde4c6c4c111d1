import assert from "node:assert/strict";
import { test } from "node:test";
import { labelPairs, labelsOf } from "#series";
import { alertOf } from "../alert/alert.ts";
import { NotificationTemplates } from "../template/notification-templates.ts";
import { renderedRouteLabels } from "./route-labels.ts";

/** The labels of a route once they are rendered, and what went wrong. */
function rendered(labels: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  const alert = alertOf({
    labels: labelsOf([["alertname", "High"]]),
    annotations: [],
    startsAtMs: 0,
    endsAtMs: 0,
    generatorUrl: "",
    updatedAtMs: 0,
    isTimeout: false,
  });
  const found = renderedRouteLabels(
    {
      groupKey: "{}",
      groupLabels: alert.labels,
      receiver: "team",
      reason: "first notification",
      alerts: [alert],
      nowMs: 0,
      repeatIntervalMs: 1,
      routeLabels: labelsOf(Object.entries(labels)),
    },
    {
      templates: new NotificationTemplates({
        find: () => undefined,
        local: { offsetMsAt: () => 0 },
      }),
      externalUrl: "http://am",
      onTemplateFailure: (problem) => problems.push(problem),
    },
  );
  return { labels: Object.fromEntries(labelPairs(found)), problems };
}

test("labels of a route see the group and each other, in any order", () => {
  const labels = {
    page: "{{ routeLabels `url` }}/{{ .GroupLabels.alertname }}",
    url: 'http://{{ routeLabels "host" }}',
    host: "wiki",
  };
  assert.deepEqual(rendered(labels), {
    labels: { host: "wiki", page: "http://wiki/High", url: "http://wiki" },
    problems: [],
  });
});

test("labels that ask for themselves, or fail, stay as they are and are told of", () => {
  const labels = { a: '{{ routeLabels "b" }}', b: '{{ routeLabels "a" }}', c: "{{ .Nope }}" };
  const { labels: found, problems } = rendered(labels);
  assert.deepEqual(found, labels);
  assert.deepEqual(
    problems.map((problem) => problem.replace(/^template.*Nope/, "Nope")),
    ["Nope in type *template.Data", "route label cycle detected: a -> b"],
  );
});
