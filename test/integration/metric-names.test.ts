/**
 * What our server and our agent tell of themselves, beside the names, types and labels of what
 * Prometheus 3.14 tells: `upstream-metrics/` holds a line for each family, but for Go's runtime.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { missingProgram, startPrometheus } from "../e2e/prometheus.ts";

const skip = missingProgram() ?? false;

/** What we have no counterpart of, by the beginning of names. */
const absent: readonly (readonly [start: string, reason: string])[] = [
  ["net_conntrack_", "connections are not counted by who opened them"],
  ["prometheus_api_remote_write_without_metadata_", "what comes without metadata is not counted"],
  ["prometheus_remote_storage_string_interner_", "texts are not counted by their users"],
  ["prometheus_sd_azure_", "this discovery is not there"],
  ["prometheus_sd_consul_", "this discovery is not there"],
  ["prometheus_sd_kuma_", "this discovery is not there"],
  ["prometheus_sd_linode_", "this discovery is not there"],
  ["prometheus_sd_nomad_", "this discovery is not there"],
  ["prometheus_sd_kubernetes_events_", "a role is counted from its first event on"],
  ["prometheus_target_scrape_pool_symboltable_", "jobs have no tables of texts"],
  ["prometheus_treecache_", "this discovery is not there"],
  ["prometheus_tsdb_selected_series_compaction", "the head is compacted as a whole"],
  ["prometheus_tsdb_stale_series_compaction", "the head is compacted as a whole"],
  ["prometheus_tsdb_snapshot_replay_error_", "a dump that cannot be read is warned of"],
];

/** Labels that differ, as ours has them. */
const otherLabels = new Map([["prometheus_build_info", "revision version"]]);

const config = `
global: {scrape_interval: 200ms, evaluation_interval: 200ms, scrape_timeout: 200ms}
scrape_configs:
  - job_name: self
    static_configs: [{targets: ["{{self}}"]}]
  - job_name: files
    file_sd_configs: [{files: ["{{folder}}/targets.json"]}]
  - job_name: http
    http_sd_configs: [{url: "http://127.0.0.1:1/"}]
  - job_name: dns
    dns_sd_configs: [{names: [localhost], type: A, port: 1}]
remote_write: [{url: "{{peer}}/api/v1/write", queue_config: {batch_send_deadline: 200ms}}]
`;

const serverConfig = `${config}
rule_files: ["{{folder}}/rules.yml"]
alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:1"]}]}]}
remote_read: [{url: "{{peer}}/api/v1/read", read_recent: true}]
`;

test("a server tells what upstream's tells, under the same names", { skip }, async (t) => {
  await using folder = openFolder();
  folder.write("rules.yml", "groups: [{name: g, rules: [{alert: A, expr: up}]}]\n");
  folder.write("targets.json", '[{"targets": ["127.0.0.1:1"]}]');
  const takesIn = ["--web.enable-remote-write-receiver", "--web.enable-otlp-receiver"];
  await using peer = await startPrometheus("global: {}", takesIn);
  const filled = folder.fill(serverConfig).replaceAll("{{peer}}", peer.url);
  await using server = await startPrometheus(filled, takesIn);
  await server.eventually("prometheus_notifications_errors_total", (items) => items.length > 0);
  await server.eventually("prometheus_remote_storage_samples_total > 100", (one) => one.length > 0);
  const wanted = familiesIn("server-3.14.txt");
  const missing = compare(wanted, await familiesOf(server.url));
  t.diagnostic(`${wanted.size - missing} of ${wanted.size} families`);
});

test("an agent tells what upstream's tells", { skip }, async () => {
  await using folder = openFolder();
  folder.write("targets.json", "[]");
  await using agent = await startPrometheus(
    folder.fill(config).replaceAll("{{peer}}", "http://127.0.0.1:1"),
    ["--agent"],
  );
  assert.equal(compare(familiesIn("agent-3.14.txt"), await familiesOf(agent.url)), 0);
});

interface Family {
  readonly type: string;
  /** Names of labels, sorted; undefined where no series shows them. */
  readonly labels: string | undefined;
}

/** Compares what is there; gives how many are not. What is not there must be among `absent`. */
function compare(wanted: ReadonlyMap<string, Family>, found: ReadonlyMap<string, Family>): number {
  const problems: string[] = [];
  let missing = 0;
  for (const [name, { type, labels }] of wanted) {
    const ours = found.get(name);
    const isExcused = absent.some(([start]) => name.startsWith(start));
    if (ours === undefined) missing++;
    if (ours === undefined && !isExcused) problems.push(`${name} is missing`);
    if (ours === undefined) continue;
    if (ours.type !== type) problems.push(`${name} is a ${ours.type}, not a ${type}`);
    const expected = otherLabels.get(name) ?? labels;
    if (ours.labels !== expected) problems.push(`${name} has {${ours.labels}}, not {${expected}}`);
  }
  for (const [start] of absent) {
    const isThere = [...found.keys()].some((name) => name.startsWith(start));
    if (isThere) problems.push(`${start} is there after all`);
  }
  assert.deepEqual(problems, []);
  return missing;
}

function familiesIn(file: string): ReadonlyMap<string, Family> {
  const text = readFileSync(path.join(import.meta.dirname, "upstream-metrics", file), "utf8");
  const rows = text.trim().split("\n");
  return new Map(
    rows.map((row) => {
      const [type = "", name = "", ...labels] = row.split(" ");
      return [name, { type, labels: labels.join(" ") }];
    }),
  );
}

async function familiesOf(url: string): Promise<ReadonlyMap<string, Family>> {
  const response = await fetch(`${url}/metrics`);
  const found = new Map<string, Family>();
  let name = "";
  let type = "";
  for (const line of (await response.text()).split("\n")) {
    const declared = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (declared !== null) [, name = "", type = ""] = declared;
    if (line.startsWith("#") || line === "") continue;
    const names = new Set((found.get(name)?.labels ?? "").split(" ").filter(Boolean));
    for (const [, label = ""] of line.matchAll(/(\w+)="/g)) names.add(label);
    names.delete("le");
    names.delete("quantile");
    found.set(name, { type, labels: [...names].sort().join(" ") });
  }
  return found;
}

function openFolder() {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-metrics-"));
  return {
    write: (name: string, text: string) => writeFileSync(path.join(directory, name), text),
    fill: (text: string) => text.replaceAll("{{folder}}", directory),
    [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true, force: true }),
  };
}
