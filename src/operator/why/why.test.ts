/** What each broken link between a monitor and its targets is told as. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseYaml } from "#api";
import type { Endpoints, Pod, Service } from "#api/core/v1";
import type { PodMonitor, PrometheusRule, ServiceMonitor } from "#api/monitoring/v1";
import type { DroppedTarget, EngineFacts, RuleFacts, TargetFacts } from "./engine-facts.ts";
import type { Explanation } from "./explanation.ts";
import { explainPrometheusRule } from "./other.ts";
import { explainPodMonitor } from "./pod-monitor.ts";
import { explainServiceMonitor } from "./service-monitor.ts";

const accepted = statusOf({ status: "True" });

function statusOf(condition: object) {
  return { bindings: [{ conditions: [{ type: "Accepted", ...condition }] }] };
}

function specOf(text: string): unknown {
  return parseYaml(text)[0]?.value;
}

function objectOf<T>(spec: string, status: object | undefined = accepted): T {
  return { metadata: { name: "m", namespace: "shop" }, spec: specOf(spec), status } as T;
}

/** `shop/web app=web http:80`: namespace, name, labels, ports. */
function serviceOf(text: string): Service {
  const [place = "", labels = "", ...ports] = text.split(" ");
  const [namespace = "", name = ""] = place.split("/");
  return {
    metadata: { namespace, name, labels: labelsOf(labels) },
    spec: {
      selector: { app: name },
      ports: ports.map((port) => {
        const [portName = "", number = ""] = port.split(":");
        return { ...(portName === "" ? {} : { name: portName }), port: Number(number) };
      }),
    },
  } as unknown as Service;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").filter((pair) => pair.includes("="));
  return Object.fromEntries(pairs.map((pair) => pair.split("=")));
}

/** `shop/web 2 1`: ready addresses and others. */
function endpointsOf(text: string): Endpoints {
  const [place = "", ready = "0", waiting = "0"] = text.split(" ");
  const [namespace = "", name = ""] = place.split("/");
  const addresses = (count: string) => Array.from({ length: Number(count) }, () => ({ ip: "a" }));
  return {
    metadata: { namespace, name },
    subsets: [{ addresses: addresses(ready), notReadyAddresses: addresses(waiting) }],
  } as unknown as Endpoints;
}

/** `up`, `down connection refused`, `unknown`, `dropped`; of one job. */
function engineOf(job: string, targets: readonly string[], rules: readonly RuleFacts[] = []) {
  const active: TargetFacts[] = [];
  const dropped: DroppedTarget[] = [];
  for (const [index, text] of targets.entries()) {
    const [health = "", ...error] = text.split(" ");
    const address = `10.0.0.${index}:80`;
    const discovered = { __address__: address, phase: "Failed" };
    if (health === "dropped") {
      const droppedBy = { action: "drop", source_labels: ["phase"], regex: "Failed" };
      dropped.push({ job, discovered, droppedBy });
      continue;
    }
    active.push({
      job,
      url: `http://${address}/metrics`,
      health: health as TargetFacts["health"],
      lastError: error.join(" "),
      lastScrape: "12:00",
      discovered,
    });
  }
  const facts: EngineFacts = { jobs: new Set(job === "" ? [] : [job]), active, dropped, rules };
  return facts;
}

/** The findings with their marks, then the advice. */
function show({ findings, advice }: Explanation): readonly string[] {
  const marks = { ok: "+", failed: "-", note: "." } as const;
  return [...findings.map(({ outcome, text }) => `${marks[outcome]} ${text}`), `> ${advice}`];
}

const job = "serviceMonitor/shop/m/0";
const good = "{selector: {matchLabels: {app: web}}, endpoints: [{port: http}]}";
const web = "shop/web app=web http:80";
const wellUntilPort = [
  "+ the object is valid and in use",
  "+ namespace shop looked in",
  "+ selector app=web finds 1 service: shop/web",
];
const wellUntilJob = [
  ...wellUntilPort,
  '+ endpoint 0: port "http" is a port of shop/web',
  "+ shop/web has 2 ready addresses",
];

for (const [why, spec, services, endpoints, [ownJob, ...targets], want] of [
  [
    "all is well",
    good,
    [web],
    ["shop/web 2"],
    [job, "up", "dropped"],
    [
      ...wellUntilJob,
      `+ job ${job} has 1 target`,
      '. drop phase matching "Failed" dropped 10.0.0.1:80',
      "+ http://10.0.0.0:80/metrics is up, last scraped at 12:00",
      "> Nothing is to be done: its targets are scraped.",
    ],
  ],
  [
    "a target is down",
    good,
    [web],
    ["shop/web 2"],
    [job, "down connection refused", "unknown"],
    [
      ...wellUntilJob,
      `+ job ${job} has 2 targets`,
      "- http://10.0.0.0:80/metrics is down: connection refused",
      ". http://10.0.0.1:80/metrics has not been scraped yet",
      "> See why http://10.0.0.0:80/metrics does not answer with metrics: connection refused.",
    ],
  ],
  [
    "relabelling drops everything",
    good,
    [web],
    ["shop/web 2"],
    [job, "dropped"],
    [
      ...wellUntilJob,
      `- job ${job} has no target: drop phase matching "Failed" dropped 10.0.0.0:80`,
      '> Change what the step looks at, or the step: 10.0.0.0:80 has phase="Failed".',
    ],
  ],
  [
    "the selector is for the pods' labels",
    good,
    ["shop/web tier=front http:80"],
    [],
    [""],
    [
      ...wellUntilPort.slice(0, 2),
      "- selector app=web finds no service; there are shop/web (tier=front)",
      "> Make spec.selector match the labels of the Service itself (not those of its pods), or label the Service.",
    ],
  ],
  [
    "the service is in another namespace",
    good,
    ["other/web app=web http:80"],
    [],
    [""],
    [
      ...wellUntilPort.slice(0, 2),
      "- selector app=web finds no service in these namespaces; it would find other/web",
      "> Add the namespace other to spec.namespaceSelector.matchNames.",
    ],
  ],
  [
    "a namespace does not exist",
    "{selector: {}, namespaceSelector: {matchNames: [gone]}, endpoints: []}",
    [],
    [],
    [""],
    [
      "+ the object is valid and in use",
      "+ namespace gone looked in",
      "- there is no namespace gone",
      "- the empty selector, which selects everything, finds no service; there are none",
      "> Correct spec.namespaceSelector.matchNames, or create the namespace.",
    ],
  ],
  [
    "the port has another name",
    good,
    ["shop/web app=web metrics:9090"],
    [],
    [""],
    [
      ...wellUntilPort,
      '- endpoint 0: no selected service has a port named "http"; they have metrics (9090)',
      "> Set spec.endpoints[0].port to the name of a port of the Service.",
    ],
  ],
  [
    "the port has no name",
    good,
    ["shop/web app=web :80"],
    [],
    [""],
    [
      ...wellUntilPort,
      '- endpoint 0: no selected service has a port named "http"; they have <no name> (80)',
      '> Give the port of the Service the name "http": a ServiceMonitor finds ports by name.',
    ],
  ],
  [
    "no pod is behind the service",
    good,
    [web],
    ["shop/web"],
    [job],
    [
      ...wellUntilPort,
      '+ endpoint 0: port "http" is a port of shop/web',
      "- shop/web has no addresses: no pod runs that matches its selector app=web",
      "> See which pods there are: kubectl get pods -n shop -l app=web.",
    ],
  ],
  [
    "no pod is ready",
    good,
    [web],
    ["shop/web 0 1"],
    [job, "up"],
    [
      ...wellUntilPort,
      '+ endpoint 0: port "http" is a port of shop/web',
      ". shop/web has 1 address, none of them ready",
      `+ job ${job} has 1 target`,
      "+ http://10.0.0.0:80/metrics is up, last scraped at 12:00",
      "> Nothing is to be done: its targets are scraped.",
    ],
  ],
] as const) {
  test(`servicemonitor: ${why}`, () => {
    const explanation = explainServiceMonitor({
      monitor: objectOf<ServiceMonitor>(spec),
      namespaces: ["shop", "other"],
      services: services.map(serviceOf),
      endpoints: endpoints.map(endpointsOf),
      engine: engineOf(ownJob, targets),
    });
    assert.deepEqual(show(explanation), want);
  });
}

for (const [why, status, want] of [
  [
    "nobody has looked at it",
    {},
    [
      "- the monitoring engine has not taken notice of the object",
      "> Wait a few seconds; if that does not help, see whether the cluster's monitoring runs: wherry status.",
    ],
  ],
  [
    "it is invalid",
    statusOf({ status: "False", message: 'secrets "s" not found' }),
    [
      '- the object cannot be used: secrets "s" not found',
      '> Correct the object: secrets "s" not found.',
    ],
  ],
] as const) {
  test(`any object: ${why}`, () => {
    const engine = engineOf("", []);
    const rule = objectOf<PrometheusRule>("{groups: []}", status);
    assert.deepEqual(show(explainPrometheusRule(rule, engine)), want);
  });
}

const podJob = "podMonitor/shop/m/0";

for (const [why, podText, port, targets, want] of [
  [
    "all is well",
    "{namespace: shop, labels: {app: web}}",
    "{name: http, containerPort: 80}",
    ["up"],
    [
      "+ selector app=web finds 1 pod: shop/p",
      '+ endpoint 0: the pods have a port named "http"',
      `+ job ${podJob} has 1 target`,
      "+ http://10.0.0.0:80/metrics is up, last scraped at 12:00",
      "> Nothing is to be done: its targets are scraped.",
    ],
  ],
  [
    "the port is not declared",
    "{namespace: shop, labels: {app: web}}",
    "{containerPort: 80}",
    [],
    [
      "+ selector app=web finds 1 pod: shop/p",
      '- endpoint 0: no selected pod declares a port named "http"; declared are <no name> (80)',
      "> Declare the port in the container's ports, with the name that the PodMonitor uses.",
    ],
  ],
  [
    "the pods are elsewhere",
    "{namespace: other, labels: {app: web}}",
    "{name: http, containerPort: 80}",
    [],
    [
      "- selector app=web finds no pod in these namespaces; there are some in other",
      "> Add the namespace other to spec.namespaceSelector.matchNames.",
    ],
  ],
] as const) {
  test(`podmonitor: ${why}`, () => {
    const pod = specOf(
      `{metadata: {name: p, ...: 0}, spec: {containers: [{ports: [${port}]}]}}`.replace(
        "...: 0",
        podText.slice(1, -1),
      ),
    ) as Pod;
    const monitor = objectOf<PodMonitor>(
      "{selector: {matchLabels: {app: web}}, podMetricsEndpoints: [{port: http}]}",
    );
    const engine = engineOf(podJob, targets);
    const shown = show(explainPodMonitor({ monitor, namespaces: ["shop"], pods: [pod], engine }));
    assert.deepEqual(shown.slice(2), want);
  });
}

for (const [why, rules, want] of [
  [
    "rules work",
    [
      ["a", "ok", "", "firing"],
      ["b", "ok", "", ""],
    ],
    [
      '+ group "g" is in force with 2 rules',
      "+ a works and is firing",
      "+ b works",
      "> Nothing is to be done: its rules are evaluated.",
    ],
  ],
  [
    "a rule fails",
    [
      ["a", "err", "many-to-many", ""],
      ["b", "unknown", "", ""],
    ],
    [
      '+ group "g" is in force with 2 rules',
      "- a fails: many-to-many",
      ". b has not been evaluated yet",
      "> Correct the expression of a: many-to-many.",
    ],
  ],
  [
    "a group is missing",
    [],
    ['- group "g" is not in force', "> See the log of the monitoring engine: wherry logs monitor."],
  ],
] as const) {
  test(`prometheusrule: ${why}`, () => {
    const facts = rules.map(([name, health, lastError, state]) => ({
      group: "g",
      name,
      health,
      lastError,
      state,
    }));
    const rule = objectOf<PrometheusRule>(
      "{groups: [{name: g, rules: [{alert: a, expr: 1}, {record: b, expr: 1}]}]}",
    );
    assert.deepEqual(show(explainPrometheusRule(rule, engineOf("", [], facts))).slice(1), want);
  });
}
