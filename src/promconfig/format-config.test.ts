import assert from "node:assert/strict";
import { test } from "node:test";
import { configDefaults, formatConfig, parseConfig, type PrometheusConfig } from "./index.ts";

test("what is left out is filled in, and shown as upstream shows it", () => {
  const config = parse(`
global: {scrape_interval: 15s, external_labels: {zone: "\${ZONE}-$1", dollar: "$$5"}}
rule_files: [rules/*.yml, /abs.yml]
alerting:
  alertmanagers: [{static_configs: [{targets: [alerts:9093]}]}]
scrape_configs:
- job_name: node
  scrape_interval: 5s
  bearer_token: hidden
  proxy_url: http://me:secret@proxy:3128
  tls_config: {ca_file: ../ca.pem}
  sample_limit: 1_000
  body_size_limit: 1.5MB
  params: {module: [a, "yes"]}
  relabel_configs:
  - {source_labels: [__address__, "a"], regex: "(.*):(.*)", target_label: x, replacement: "\${1}-$2"}
  - {action: LabelDrop, regex: a|b}
  static_configs: [{targets: [b:1, a:1], labels: {group: canary}}, {targets: []}]
  file_sd_configs: [{files: [targets/*.json]}]
`);
  assert.equal(formatConfig(config), expected.trimStart());
});

const expected = `
global:
  scrape_interval: 15s
  scrape_timeout: 10s
  evaluation_interval: 1m
  external_labels:
    dollar: $5
    zone: eu-
  metric_name_validation_scheme: utf8
  scrape_native_histograms: false
  extra_scrape_metrics: false
runtime:
  gogc: 75
alerting:
  alertmanagers:
  - follow_redirects: true
    enable_http2: true
    scheme: http
    timeout: 10s
    api_version: v2
    static_configs:
    - targets:
      - alerts:9093
rule_files:
- /etc/prometheus/rules/*.yml
- /abs.yml
scrape_configs:
- job_name: node
  honor_timestamps: true
  track_timestamps_staleness: false
  params:
    module:
    - a
    - "yes"
  scrape_interval: 5s
  scrape_timeout: 5s
  scrape_protocols:
  - OpenMetricsText1.0.0
  - OpenMetricsText0.0.1
  - PrometheusText1.0.0
  - PrometheusText0.0.4
  scrape_native_histograms: false
  always_scrape_classic_histograms: false
  convert_classic_histograms_to_nhcb: false
  metrics_path: /metrics
  scheme: http
  enable_compression: true
  body_size_limit: 1MiB512KiB
  sample_limit: 1000
  metric_name_validation_scheme: utf8
  metric_name_escaping_scheme: allow-utf-8
  extra_scrape_metrics: false
  authorization:
    type: Bearer
    credentials: <secret>
  tls_config:
    ca_file: /etc/ca.pem
    insecure_skip_verify: false
  follow_redirects: true
  enable_http2: true
  proxy_url: http://me:xxxxx@proxy:3128
  relabel_configs:
  - source_labels: [__address__, a]
    separator: ;
    regex: (.*):(.*)
    target_label: x
    replacement: \${1}-$2
    action: replace
  - separator: ;
    regex: a|b
    replacement: $1
    action: labeldrop
  file_sd_configs:
  - files:
    - /etc/prometheus/targets/*.json
    refresh_interval: 5m
  static_configs:
  - targets:
    - b:1
    - a:1
    labels:
      group: canary
  - targets: []
storage:
  tsdb:
    outofordertimewindow: 0
    retention: {}
otlp:
  translation_strategy: UnderscoreEscapingWithSuffixes
  label_name_underscore_sanitization: true
  label_name_preserve_multiple_underscores: true
`;

test("what is shown reads back as the same, but for secrets", () => {
  const config = parse("{scrape_configs: [{job_name: a, http_sd_configs: [{url: 'http://x/y'}]}]}");
  assert.deepEqual(parse(formatConfig(config)), config);
});

test("an empty file and an empty section have all defaults", () => {
  const shown = ["", "# nothing", "global:", "runtime:", "storage:", "otlp: {}"].map((text) =>
    formatConfig(parse(text)),
  );
  assert.equal(new Set(shown).size, 1);
});

test("no secret is shown, in whatever way the configuration is printed", () => {
  const config = parse(`
scrape_configs:
- job_name: a
  basic_auth: {username: u, password: p4ss}
  tls_config: {cert: c, key: p4ss}
  proxy_url: http://x
  proxy_connect_header: {x-token: [p4ss]}
  http_headers: {x-key: {secrets: [p4ss]}}
- job_name: b
  oauth2: {client_id: a, token_url: http://t, client_secret: p4ss}
remote_write: [{url: "http://u:p4ss@h/w"}]
`);
  const shown = formatConfig(config);
  assert.equal(shown.match(/<secret>|xxxxx/g)?.length, 6);
  assert.ok(!shown.includes("p4ss"));
  const [first] = config.scrapeConfigs;
  assert.ok(
    !`${JSON.stringify(first)} ${String(first?.http.basicAuth?.password)}`.includes("p4ss"),
  );
  assert.equal(first?.http.basicAuth?.password.reveal(), "p4ss");
});

// What is said globally and by the job, and what the job then does.
const inherited: readonly (readonly [global: string, job: string, show: Shown, want: unknown])[] = [
  ["scrape_timeout: 5s", "", (job) => job.scrapeTimeoutMs, 5_000],
  ["", "scrape_interval: 5s", (job) => job.scrapeTimeoutMs, 5_000],
  ["sample_limit: 5", "", (job) => job.sampleLimit, 5],
  ["sample_limit: 5", "sample_limit: 6", (job) => job.sampleLimit, 6],
  ["scrape_native_histograms: true", "", (job) => job.scrapeProtocols[0], "PrometheusProto"],
  [
    "scrape_native_histograms: true",
    "scrape_native_histograms: false",
    (job) => job.scrapeProtocols[0],
    "OpenMetricsText1.0.0",
  ],
  [
    "scrape_protocols: [PrometheusText0.0.4]",
    "scrape_native_histograms: true",
    (job) => job.scrapeProtocols,
    ["PrometheusText0.0.4"],
  ],
  ["convert_classic_histograms_to_nhcb: true", "", (job) => job.convertClassicHistograms, true],
  [
    "convert_classic_histograms_to_nhcb: true",
    "convert_classic_histograms_to_nhcb: no",
    (job) => job.convertClassicHistograms,
    false,
  ],
  ["metric_name_validation_scheme: legacy", "", (job) => job.escapingScheme, "underscores"],
  ["", "metric_name_validation_scheme: legacy", (job) => job.escapingScheme, "underscores"],
  [
    "metric_name_escaping_scheme: dots",
    "metric_name_validation_scheme: utf8",
    (job) => job.escapingScheme,
    "allow-utf-8",
  ],
  ["metric_name_escaping_scheme: dots", "", (job) => job.escapingScheme, "dots"],
  ["scrape_failure_log_file: f", "", (job) => job.scrapeFailureLogFile, "/etc/prometheus/f"],
];

type Shown = (job: PrometheusConfig["scrapeConfigs"][number]) => unknown;

for (const [global, job, show, want] of inherited) {
  test(`global "${global}" and job "${job}" make ${JSON.stringify(want)}`, () => {
    const config = parse(`{global: {${global}}, scrape_configs: [{job_name: j, ${job}}]}`);
    const [first] = config.scrapeConfigs;
    assert.ok(first !== undefined);
    assert.deepEqual(show(first), want);
  });
}

test("anchors, aliases and merges are followed; what is written itself goes first", () => {
  const config = parse(`
scrape_configs:
- &base {job_name: a, metrics_path: /a, honor_labels: true}
- {<<: *base, job_name: b, scheme: https}
- {job_name: c, <<: [{metrics_path: /c}, *base]}
`);
  assert.deepEqual(
    config.scrapeConfigs.map((job) => [job.jobName, job.metricsPath, job.honorLabels, job.scheme]),
    [
      ["a", "/a", true, "http"],
      ["b", "/a", true, "https"],
      ["c", "/c", true, "http"],
    ],
  );
});

test("where a mistake stands is told beside what it is", () => {
  const text = `
scrape_configs:
- job_name: a
- job_name: b
  relabel_configs:
  - action: hashmod
    target_label: x
`;
  assert.throws(() => parse(text), { position: { line: 6, column: 5 } });
  assert.throws(() => parse("global:\n  scrape_interval: 1x"), {
    position: { line: 2, column: 20 },
  });
});

function parse(text: string): PrometheusConfig {
  return parseConfig(text, {
    directory: "/etc/prometheus",
    env: (name) => (name === "ZONE" ? "eu" : undefined),
    defaults: configDefaults,
  });
}
