import assert from "node:assert/strict";
import { test } from "node:test";
import { configDefaults, parseConfig, relabelRules, type ScrapeConfig } from "#promconfig";
import { formatLabels, labelsOf } from "#series";
import { globalUrl } from "./global-url.ts";
import { targetsOfGroup } from "./target-labels.ts";

// The job's options, the labels of a target beside its address `a:80`, and its URL and labels; or
// why it is none.
const targets: readonly (readonly [
  options: string,
  labels: Readonly<Record<string, string>>,
  want: string,
])[] = [
  ["", {}, 'http://a:80/metrics {instance="a:80", job="j"}'],
  ["", { job: "own", instance: "i" }, 'http://a:80/metrics {instance="i", job="own"}'],
  [
    "",
    { group: "g", __meta_x: "y", __tmp: "z" },
    'http://a:80/metrics {group="g", instance="a:80", job="j"}',
  ],
  ["scheme: https, metrics_path: /m", {}, 'https://a:80/m {instance="a:80", job="j"}'],
  ["", { __scheme__: "https", __metrics_path__: "m" }, 'https://a:80/m {instance="a:80", job="j"}'],
  ["metrics_path: '/a b?c'", {}, 'http://a:80/a%20b%3Fc {instance="a:80", job="j"}'],
  [
    "params: {module: [a, b], 'match[]': ['{x=\"y\"}']}",
    {},
    'http://a:80/metrics?match%5B%5D=%7Bx%3D%22y%22%7D&module=a&module=b {instance="a:80", job="j"}',
  ],
  [
    "params: {module: [a, b]}",
    { __param_module: "c", __param_t: "d e" },
    'http://a:80/metrics?module=c&module=b&t=d+e {instance="a:80", job="j"}',
  ],
  [
    "relabel_configs: [{source_labels: [__meta_name], target_label: name}]",
    { __meta_name: "n" },
    'http://a:80/metrics {instance="a:80", job="j", name="n"}',
  ],
  [
    "relabel_configs: [{source_labels: [__param_target], target_label: __address__}]",
    { __param_target: "b:1" },
    'http://b:1/metrics?target=b%3A1 {instance="b:1", job="j"}',
  ],
  ["relabel_configs: [{source_labels: [x], action: keep, regex: y}]", {}, "dropped"],
  ["relabel_configs: [{target_label: __address__, replacement: ''}]", {}, "no address"],
  [
    "relabel_configs: [{target_label: __address__, replacement: 'http://a'}]",
    {},
    '"http://a" is not a valid hostname',
  ],
  [
    "",
    { __scrape_interval__: "x" },
    'error parsing scrape interval: not a valid duration string: "x"',
  ],
  ["", { __scrape_interval__: "0" }, "scrape interval cannot be 0"],
  ["", { __scrape_timeout__: "0s" }, "scrape timeout cannot be 0"],
  [
    "",
    { __scrape_timeout__: "2m" },
    'scrape timeout cannot be greater than scrape interval ("2m" > "1m")',
  ],
  [
    "",
    { __scrape_native_histograms__: "maybe" },
    'error parsing scrape native histograms: strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
];

for (const [options, labels, want] of targets) {
  test(`{${options}} with ${JSON.stringify(labels)} is ${want}`, () => {
    const config = jobOf(options);
    const target = labelsOf([["__address__", "a:80"], ...Object.entries(labels)]);
    const group = { source: "s", targets: [target], labels: [] };
    const rules = relabelRules(config.relabelConfigs, config.nameScheme);
    const [outcome] = targetsOfGroup(group, config, rules);
    assert.equal(show(outcome), want);
  });
}

test("labels of relabelling change the options of single targets", () => {
  const config = jobOf("scrape_interval: 30s");
  const target = labelsOf([
    ["__address__", "a"],
    ["__scrape_interval__", "5s"],
    ["__scrape_timeout__", "1s"],
    ["__convert_classic_histograms_to_nhcb__", "true"],
    ["__unix_socket__", "/run/a.sock"],
  ]);
  const [outcome] = targetsOfGroup({ source: "s", targets: [target], labels: [] }, config, []);
  assert.ok(outcome?.kind === "target");
  const { intervalMs, timeoutMs, convertClassicHistograms, unixPath } = outcome.spec;
  assert.deepEqual(
    [intervalMs, timeoutMs, convertClassicHistograms, unixPath],
    [5_000, 1_000, true, "/run/a.sock"],
  );
});

// A target's URL, and how others see it from outside of `https://mon.example/p` on port 9090.
const urls: readonly (readonly [url: string, seen: string])[] = [
  ["http://a:80/metrics", "http://a:80/metrics"],
  ["http://localhost:9090/metrics", "https://mon.example/metrics"],
  ["http://127.0.0.1:9100/metrics", "http://mon.example:9100/metrics"],
  ["http://[::1]/metrics?a=b", "http://mon.example/metrics?a=b"],
  ["http://localhost.example/metrics", "http://localhost.example/metrics"],
];

for (const [url, seen] of urls) {
  test(`${url} is ${seen} to others`, () => {
    const own = { listenPort: 9_090, externalUrl: "https://mon.example/p" };
    assert.equal(globalUrl(url, own), seen);
  });
}

function show(outcome: ReturnType<typeof targetsOfGroup>[number] | undefined): string {
  assert.ok(outcome !== undefined);
  if (outcome.kind === "dropped") return "dropped";
  if (outcome.kind === "failed") return outcome.problem.replace("instance 0 in group s: ", "");
  return `${outcome.spec.url} ${formatLabels(outcome.spec.publicLabels)}`;
}

function jobOf(options: string): ScrapeConfig {
  const text = `{scrape_configs: [{job_name: j, ${options}}]}`;
  const parsing = { directory: undefined, env: () => undefined, defaults: configDefaults };
  const [job] = parseConfig(text, parsing).scrapeConfigs;
  assert.ok(job !== undefined);
  return job;
}
