import assert from "node:assert/strict";
import { test } from "node:test";
import { configDefaults, parseConfig } from "#promconfig";
import { formatClusterScrapes } from "./cluster-scrapes.ts";

test("what a cluster scrapes is a configuration with a job for each of its parts", () => {
  const text = formatClusterScrapes({
    name: "test",
    runtime: "containerd",
    port: 6443,
    nodeNames: ["node-1"],
    podNetwork: "10.42.0.0/16",
    serviceNetwork: "10.43.0.0/16",
    domain: "cluster.local",
    monitorPort: 9090,
    alertingPort: 9093,
    externalUrl: "",
  });
  const parsing = { directory: "/data", env: () => undefined, defaults: configDefaults };
  const { scrapeConfigs, storage } = parseConfig(text, parsing);
  assert.equal(storage.tsdb.retention.timeMs, 60 * 86_400_000);
  const shown = scrapeConfigs.map(
    ({ jobName, scheme, metricsPath, discoveries }) =>
      `${jobName} ${scheme} ${metricsPath} ${discoveries.map(({ kind }) => kind).join()}`,
  );
  assert.deepEqual(shown, [
    "prometheus http /metrics static",
    "kube-state-metrics http /metrics/kube-state static",
    "alertmanager http /metrics static",
    "apiserver https /metrics static",
    "kube-controller-manager https /metrics/kube-controller-manager static",
    "kube-scheduler https /metrics/kube-scheduler static",
    "kubelet https /metrics kubernetes",
    "kubelet/cadvisor https /metrics/cadvisor kubernetes",
    "kubelet/probes https /metrics/probes kubernetes",
    "kubelet/resource https /metrics/resource kubernetes",
    "kube-proxy https /metrics/proxy kubernetes",
    "coredns https /metrics/dns kubernetes",
    "containerd https /metrics/containerd kubernetes",
    "node-exporter https /metrics/node kubernetes",
    "kubernetes-pods http /metrics kubernetes",
    "kubernetes-services http /metrics kubernetes",
  ]);
});
