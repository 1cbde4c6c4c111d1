import assert from "node:assert/strict";
import { test } from "node:test";
import { type Live, parseYaml } from "#api";
import type { PrometheusRule, ServiceMonitor } from "#api/monitoring/v1";
import type { AlertmanagerConfig, ScrapeConfig } from "#api/monitoring/v1alpha1";
import { realTimeZones } from "#host";
import { configDefaults, parseConfig } from "#promconfig";
import { defaultParserOptions } from "#promql";
import { type OperatedObjects, operatedKey, translateObjects } from "./translation.ts";

const nothing: OperatedObjects = {
  serviceMonitors: [],
  podMonitors: [],
  probes: [],
  scrapeConfigs: [],
  rules: [],
  alertmanagerConfigs: [],
};

function objectOf<T>(name: string, spec: string): T {
  const metadata = { name, namespace: "ns", uid: "u", resourceVersion: "1" };
  return { metadata, spec: parseYaml(spec)[0]?.value } as T;
}

function translated(objects: Partial<OperatedObjects>) {
  const parsing = { directory: "/d", env: () => undefined, defaults: configDefaults };
  return translateObjects(
    { ...nothing, ...objects },
    {
      directory: "/d",
      global: parseConfig("{}", parsing).global,
      parser: defaultParserOptions,
      zones: realTimeZones,
      entriesOf: () => ({
        identity: { caFile: "", certFile: "", keyFile: "" },
        findSecret: () => undefined,
        findConfigMap: () => undefined,
      }),
    },
  );
}

test("one object that cannot be used leaves the others as they are", () => {
  const monitor = (name: string, spec: string) => objectOf<Live<ServiceMonitor>>(name, spec);
  const rule = (name: string, expr: string) =>
    objectOf<Live<PrometheusRule>>(
      name,
      `{groups: [{name: g, rules: [{record: r, expr: "${expr}"}]}]}`,
    );
  const { files, verdicts } = translated({
    serviceMonitors: [
      monitor("slow", "{selector: {}, endpoints: [{interval: 5s, scrapeTimeout: 10s}]}"),
      monitor("good", "{selector: {}, endpoints: [{port: web}]}"),
      monitor("regex", "{selector: {}, endpoints: [{relabelings: [{regex: '('}]}]}"),
    ],
    scrapeConfigs: [objectOf<Live<ScrapeConfig>>("cloud", "{ec2SDConfigs: [{}]}")],
    rules: [rule("broken", "sum("), rule("sound", "1")],
    alertmanagerConfigs: [
      objectOf<Live<AlertmanagerConfig>>("lost", "{route: {receiver: nobody}, receivers: []}"),
    ],
  });
  assert.deepEqual(
    [...files.keys()],
    ["/d/operated-scrapes.yml", "/d/operated-rules/ns-sound-u.yaml"],
  );
  const scrapes = files.get("/d/operated-scrapes.yml") ?? "";
  assert.deepEqual(scrapes.match(/(?<="job_name": ")[^"]+/g), ["serviceMonitor/ns/good/0"]);
  const problems = verdicts.map(
    (verdict) =>
      `${operatedKey(verdict).replace("monitoring.coreos.com/", "")}: ${verdict.problem ?? "used"}`,
  );
  assert.deepEqual(problems, [
    "v1/ServiceMonitor ns/good: used",
    "v1/ServiceMonitor ns/regex: error parsing regexp: missing closing ): `^(?s:()$`",
    'v1/ServiceMonitor ns/slow: scrape timeout greater than scrape interval for scrape config with job name "serviceMonitor/ns/slow/0"',
    "v1alpha1/ScrapeConfig ns/cloud: ec2SDConfigs is not supported here; use httpSDConfigs or fileSDConfigs with a program that asks the registry",
    'v1/PrometheusRule ns/broken: group "g", rule 1, "r": could not parse expression: 1:5: parse error: unclosed left parenthesis',
    "v1/PrometheusRule ns/sound: used",
    'v1alpha1/AlertmanagerConfig ns/lost: undefined receiver "ns/lost/nobody" used in route',
  ]);
});
