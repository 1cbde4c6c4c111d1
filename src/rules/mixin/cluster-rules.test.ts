import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultParserOptions } from "#promql";
import { parseRuleFile } from "../file/rule-file.ts";
import { formatClusterRules } from "./cluster-rules.ts";

const parsed = parseRuleFile(formatClusterRules(), {
  parser: defaultParserOptions,
  nameScheme: "legacy",
  unknownFields: "refuse",
});

test("all rules of the cluster are valid", () => {
  assert.deepEqual(parsed.kind === "invalid" ? parsed.problems : [], []);
});

test("there are as many alerts and recordings of each name as people expect", () => {
  const groups = parsed.kind === "valid" ? parsed.groups : [];
  const counts = groups.map(({ name, rules }) => {
    const alertCount = rules.filter(({ kind }) => kind === "alerting").length;
    return `${name} A${alertCount} R${rules.length - alertCount}`;
  });
  assert.deepEqual(counts.sort(), expectedGroups.trim().split("\n").sort());
});

test("alerts say how bad it is, what is wrong and where", () => {
  const groups = parsed.kind === "valid" ? parsed.groups : [];
  const alerts = groups.flatMap(({ rules }) => rules).filter((rule) => rule.kind === "alerting");
  const incomplete = alerts.filter(({ labels, annotations }) => {
    const severity = labels.find(([name]) => name === "severity")?.[1] ?? "";
    const texts = annotations.map(([name]) => name).join();
    return !/^(?:none|info|warning|critical)$/.test(severity) || texts !== "description,summary";
  });
  assert.deepEqual(
    incomplete.map(({ name }) => name),
    [],
  );
});

const expectedGroups = `
alertmanager.rules A9 R0
general.rules A3 R0
node-network A1 R0
kube-prometheus-node-recording.rules A0 R6
kube-prometheus-general.rules A0 R2
kubernetes-apps A17 R0
kubernetes-resources A8 R0
kubernetes-storage A5 R0
kubernetes-system A2 R0
kube-apiserver-slos A4 R0
kubernetes-system-apiserver A7 R0
kubernetes-system-kubelet A16 R0
kubernetes-system-scheduler A2 R0
kubernetes-system-controller-manager A2 R0
kube-apiserver-availability.rules A0 R13
kube-apiserver-burnrate.rules A0 R14
kube-apiserver-histogram.rules A0 R2
k8s.rules.container_cpu_usage_seconds_total A0 R2
k8s.rules.container_memory_working_set_bytes A0 R1
k8s.rules.container_memory_rss A0 R1
k8s.rules.container_memory_cache A0 R1
k8s.rules.container_memory_swap A0 R1
k8s.rules.container_memory_requests A0 R2
k8s.rules.container_cpu_requests A0 R2
k8s.rules.container_memory_limits A0 R2
k8s.rules.container_cpu_limits A0 R2
k8s.rules.pod_owner A0 R8
kube-scheduler.rules A0 R9
node.rules A0 R5
kubelet.rules A0 R3
node-exporter A26 R0
node-exporter.rules A0 R15
prometheus A23 R0
`;
