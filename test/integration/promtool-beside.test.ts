/**
 * `wherry promtool` beside the real promtool (2.42): the same files, the same exit status and the same
 * output, except for what version 3 changed. Each such change is a row of `changedByVersion3`.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import {
  realClock,
  realDisk,
  realDnsResolver,
  realGzip,
  realHttpConnector,
  realZstd,
  systemRandom,
} from "#host";
import { runPromtool } from "#promtool";
import { openFolder } from "../../src/host/testing.ts";
import { prometheusMissing, serveMetrics, startPrometheus } from "./real-prometheus.ts";

const program = "/usr/bin/promtool";
const skip = existsSync(program) ? prometheusMissing : `${program} is not installed`;

interface Printed {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** What version 3 prints in place of what version 2 prints. */
const changedByVersion3: readonly (readonly [why: string, old: RegExp, now: string])[] = [
  ["test rules no longer names the file", /^Unit Testing: .*\n/gm, ""],
  ["tsdb analyze says which series it counts", /^Series: /gm, "Total Series: "],
  [
    "the rule files of a configuration are told like others",
    /^ {5}(?=\S+\.yml: |lint error )/gm,
    "",
  ],
  ["words are quoted", /(?<=unknown lint option) (\S+)$/gm, ': "$1"'],
  ["the dot in patterns matches line breaks", /\^\(\?:/g, "^(?s:"],
  ["addresses get no default port", /"x\/y:80"/g, '"x/y"'],
  [
    "certificates say which of them is missing",
    /load X509KeyPair: open c/g,
    "read cert_file (c): open c",
  ],
  ["the file to import is looked at first", /try lock file: open absent/g, "stat absent"],
];

const rules = `groups:
- name: g
  interval: 30s
  rules:
  - { record: "a:b", expr: "sum by (job) (rate(x_total[5m]))", labels: { l: m } }
  - { alert: Down, expr: up == 0, for: 5m, annotations: { summary: "{{ $labels.job }} is down" } }
`;

const files: Readonly<Record<string, string>> = {
  "rules.yml": rules,
  "twice.yml": `${rules}  - { record: "a:b", expr: x, labels: { l: m } }\n`,
  "syntax.yml": "groups:\n- name: g\n  rules:\n  - { record: a, expr: sum( }\n",
  "fields.yml": "groups:\n- name: g\n  owner: me\n  rules: []\n",
  "template.yml":
    'groups: [{name: g, rules: [{alert: A, expr: up, annotations: {a: "{{ $x }}"}}]}]',
  "unit.yml": unitTests("1 3", "20"),
  "failing.yml": unitTests("1 4", "21"),
  "wrong-tests.yml": "tests: [{intervall: 1m}]",
  "good.yml": `global: { scrape_interval: 15s, external_labels: { a: b } }
rule_files: [rules.yml]
scrape_configs:
- job_name: a
  static_configs: [{ targets: ["localhost:1", "[::1]:2"], labels: { c: d } }]
  relabel_configs: [{ source_labels: [__address__], regex: "(.*):1", target_label: e }]
- job_name: f
  file_sd_configs: [{ files: [targets.json, "missing/*.yml"] }]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["am:9093"] }] }] }
`,
  "rule-lint.yml": "rule_files: [twice.yml]",
  "rule-error.yml": "rule_files: [syntax.yml, rules.yml]",
  "no-rules.yml": "rule_files: [absent.yml]",
  "unknown.yml": "global: { scrap_interval: 1s }\nscrape_configs: [{job: a}]",
  "timeout.yml": "scrape_configs: [{ job_name: a, scrape_interval: 1s, scrape_timeout: 2s }]",
  "jobs.yml": "scrape_configs: [{ job_name: a }, { job_name: a }]",
  "relabel.yml":
    "scrape_configs: [{ job_name: a, relabel_configs: [{ action: replace, regex: '(' }] }]",
  "address.yml": `scrape_configs:
- job_name: a
  static_configs: [{ targets: [x] }]
  relabel_configs: [{ target_label: __address__, replacement: "x/y" }]
`,
  "cert.yml": "scrape_configs: [{ job_name: a, tls_config: { cert_file: c, key_file: k } }]",
  "bearer.yml": "scrape_configs: [{ job_name: a, bearer_token_file: t }]",
  "agent.yml": "remote_write: [{ url: 'http://a/' }]\nalerting: {}\nrule_files: [rules.yml]",
  "targets.json": '[{"targets": ["f:1"], "labels": {"g": "h"}}]',
  "web.yml":
    'basic_auth_users: { a: "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi" }',
  "web-header.yml": "http_server_config: { headers: { X-Foo: y } }",
  "web-cert.yml": "tls_server_config: { cert_file: c, key_file: k }",
  "web-field.yml": "tls: {}",
};

/** A unit test of the rules that expects an alert and a value at the end. */
function unitTests(values: string, expected: string): string {
  const [, step = ""] = values.split(" ");
  return `rule_files: [rules.yml]
evaluation_interval: 30s
tests:
- name: one
  interval: 1m
  external_labels: { cluster: x }
  input_series:
  - { series: 'x_total{job="a",i="1"}', values: "0+${step}x20" }
  - { series: 'up{job="a"}', values: "1 0x20" }
  alert_rule_test:
  - eval_time: 8m
    alertname: Down
    exp_alerts: [{ exp_labels: { job: a }, exp_annotations: { summary: a is down } }]
  - { eval_time: 2m, alertname: Down }
  promql_expr_test:
  - { expr: 'x_total{i="1"}', eval_time: 20m, exp_samples: [{ labels: 'x_total{job="a",i="1"}', value: ${Number(expected) * 3} }] }
  - { expr: 'a:b * 20', eval_time: 10m, exp_samples: [{ labels: '{job="a",l="m"}', value: 1 }] }
`;
}

// Command lines that both are given, in a directory with these files.
for (const line of [
  "check rules rules.yml",
  "check rules twice.yml",
  "check rules --lint-fatal twice.yml",
  "check rules --lint=none twice.yml",
  "check rules --lint=all,foo rules.yml twice.yml",
  "check rules syntax.yml",
  "check rules fields.yml",
  "check rules template.yml",
  "check rules rules.yml syntax.yml rules.yml",
  "check rules absent.yml",
  "check config good.yml",
  "check config --syntax-only good.yml no-rules.yml cert.yml",
  "check config rule-lint.yml",
  "check config --lint-fatal rule-lint.yml",
  "check config rule-error.yml",
  "check config no-rules.yml",
  "check config unknown.yml",
  "check config timeout.yml",
  "check config jobs.yml",
  "check config relabel.yml",
  "check config address.yml",
  "check config cert.yml",
  "check config bearer.yml",
  "check config agent.yml",
  "check config --agent agent.yml",
  "check config",
  "check config absent.yml",
  "check web-config web.yml",
  "check web-config web-header.yml",
  "check web-config web-cert.yml web-field.yml web.yml",
  "test rules unit.yml",
  "test rules failing.yml",
  "test rules wrong-tests.yml",
  "test rules unit.yml failing.yml",
  "check service-discovery --timeout=1s good.yml nobody",
  "query instant http://127.0.0.1:1 up",
  "query instant --time=x http://127.0.0.1:1 up",
  "query range --start=2 --end=1 http://127.0.0.1:1 up",
  "query labels --start=1 --end=2 http://127.0.0.1:1 job",
  "query -o xml instant http://127.0.0.1:1 up",
  "tsdb list --nope",
  "tsdb analyze absent",
  "tsdb create-blocks-from openmetrics absent out",
  "nonsense",
]) {
  test(line, { skip }, async () => {
    await using folder = await openFolder();
    await fill(folder.path);
    const words = line.split(" ");
    const wanted = theirs(words, folder.path);
    assert.deepEqual(withoutBlanks(await ours(words, folder.path)), withoutBlanks(wanted));
  });
}

const metrics = {
  good: "# HELP a_seconds x\n# TYPE a_seconds gauge\na_seconds 1\n",
  bad: `# TYPE b_total gauge
b_total{fooBar="1"} 1
c_milliseconds{le="1"} 1
# HELP d_count x
# TYPE d_count gauge
d_count 1
# HELP e x
# TYPE e histogram
e_bucket{le="1"} 1
e_bucket{le="+Inf"} 2
e_sum 1
e_count 2
`,
  broken: "a{b=c} 1\n",
  cut: "a 1",
} as const;

for (const [name, input] of Object.entries(metrics)) {
  // Version 2 counts no series when there are lints.
  for (const flags of name === "bad" ? [[]] : [[], ["--extended"]]) {
    test(`check metrics ${flags.join(" ")} < ${name}`, { skip }, async () => {
      await using folder = await openFolder();
      const words = ["check", "metrics", ...flags];
      const wanted = theirs(words, folder.path, input);
      assert.deepEqual(sorted(await ours(words, folder.path, input)), sorted(wanted));
    });
  }
}

test("both print the same answers of a server", { skip }, async () => {
  await using folder = await openFolder();
  await using target = await serveMetrics(() => `# TYPE x counter\nx_total{a="b<c"} 5\n# EOF\n`);
  await writeFile(
    `${folder.path}/prometheus.yml`,
    `scrape_configs: [{ job_name: a, scrape_interval: 1s, static_configs: [{ targets: ["${target.address}"] }] }]`,
  );
  await using server = await startPrometheus(
    `${folder.path}/data`,
    `${folder.path}/prometheus.yml`,
  );
  const { url } = server;
  await untilScraped(server.query);
  const nowS = Math.floor(Date.now() / 1_000);
  for (const words of [
    ["query", "instant", `--time=${nowS}`, url, "x_total"],
    ["query", "-o", "json", "instant", `--time=${nowS}`, url, "x_total"],
    ["query", "instant", `--time=${nowS}`, url, "vector(1) / 0 or absent(nothing)"],
    ["query", "instant", `--time=${nowS}`, url, "12.5"],
    ["query", "instant", `--time=${nowS}`, url, "x_total["],
    ["query", "range", `--start=${nowS - 5}`, `--end=${nowS}`, "--step=1s", url, "x_total * 2"],
    ["query", "-o", "json", "range", `--start=${nowS - 5}`, `--end=${nowS}`, url, "up"],
    ["query", "series", "--match=x_total", "--match=up", url],
    ["query", "-o", "json", "series", "--match=up", url],
    ["query", "labels", url, "__name__"],
    ["query", "-o", "json", "labels", url, "job"],
    ["query", "labels", url, "nothing"],
  ]) {
    const [wanted, got] = [theirs(words, folder.path), await ours(words, folder.path)];
    assert.deepEqual(got, wanted, words.join(" "));
  }
  await server.stop("SIGTERM");

  // The same data directory, read by both; heads come in no order from the real one.
  for (const words of [
    ["tsdb", "dump", "data"],
    ["tsdb", "dump", '--match={__name__="x_total"}', "data"],
    ["tsdb", "list", "data"],
  ]) {
    const [wanted, got] = [theirs(words, folder.path), await ours(words, folder.path)];
    assert.deepEqual(sorted(got), sorted(wanted), words.join(" "));
  }
});

test("blocks that either has made are the same to both", { skip }, async () => {
  await using folder = await openFolder();
  await writeFile(`${folder.path}/samples.txt`, openMetricsSamples());
  for (const [make, directory] of [
    [ours, "by-us"],
    [theirs, "by-them"],
  ] as const) {
    await mkdir(`${folder.path}/${directory}/wal`, { recursive: true });
    const created = await make(
      ["tsdb", "create-blocks-from", "openmetrics", "samples.txt", directory],
      folder.path,
    );
    assert.equal(created.status, 0, created.errors);
    for (const words of [
      ["tsdb", "list", directory],
      ["tsdb", "list", "-r", directory],
      ["tsdb", "dump", directory],
      ["tsdb", "dump", "--min-time=1600003600000", '--match={b="1"}', directory],
      ["tsdb", "analyze", "--limit=50", directory],
    ]) {
      const [wanted, got] = [theirs(words, folder.path), await ours(words, folder.path)];
      assert.deepEqual(sorted(got), sorted(wanted), words.join(" "));
    }
  }
  const figures = (directory: string) =>
    theirs(["tsdb", "list", directory], folder.path).output.replaceAll(/^\S+| \d+$/gm, "");
  assert.equal(figures("by-us"), figures("by-them"));
  const dumps = ["by-us", "by-them"].map((directory) =>
    theirs(["tsdb", "dump", directory], folder.path),
  );
  assert.deepEqual(dumps[0], dumps[1]);
});

test("the program itself reads its input and ends with the status", { skip }, async () => {
  await using folder = await openFolder();
  const bin = path.resolve("src/main/bin.ts");
  for (const [words, input] of [
    [["check", "metrics"], metrics.bad],
    [["check", "metrics"], metrics.good],
    [["check", "config", "absent.yml"], ""],
  ] as const) {
    const run = spawnSync(process.execPath, [bin, "promtool", ...words], {
      cwd: folder.path,
      encoding: "utf8",
      input,
    });
    const printed = { status: run.status, output: run.stdout, errors: run.stderr };
    assert.deepEqual(sorted(printed), sorted(theirs([...words], folder.path, input)));
  }
});

async function fill(directory: string): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await writeFile(`${directory}/${name}`, text);
  }
}

/** What the real one prints, with what version 3 changed. */
function theirs(words: readonly string[], directory: string, input = ""): Printed {
  const run = spawnSync(program, words, {
    cwd: directory,
    encoding: "utf8",
    input,
    timeout: 30_000,
    maxBuffer: 1 << 28,
  });
  const changed = (text: string) =>
    changedByVersion3.reduce((now, [, old, replacement]) => now.replaceAll(old, replacement), text);
  return { status: run.status, output: changed(run.stdout), errors: changed(run.stderr) };
}

async function ours(words: readonly string[], directory: string, input = ""): Promise<Printed> {
  const output: string[] = [];
  const errors: string[] = [];
  const status = await runPromtool(words, {
    disk: realDisk,
    clock: realClock,
    random: systemRandom,
    connector: realHttpConnector,
    resolver: realDnsResolver,
    gzip: realGzip,
    zstd: realZstd,
    console: {
      print: (line) => output.push(`${line}\n`),
      write: async (text) => {
        output.push(text);
      },
      note: (line) => errors.push(`${line}\n`),
      readInput: async () => new TextEncoder().encode(input),
    },
    env: () => undefined,
    workingDirectory: directory,
    version: "",
    signal: AbortSignal.timeout(30_000),
  });
  return { status, output: output.join(""), errors: errors.join("") };
}

/** Version 3 has an empty line less below a rule file with errors. */
function withoutBlanks({ status, output, errors }: Printed): Printed {
  return { status, output: output.replaceAll(/^\n/gm, ""), errors };
}

/** Neither promises an order: of lints, of unsorted series, of figures that are equal. */
function sorted({ status, output, errors }: Printed) {
  return { status, output: output.split("\n").sort(), errors: errors.split("\n").sort() };
}

async function untilScraped(
  query: (path: string, parameters: Readonly<Record<string, string>>) => Promise<unknown>,
): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  for (;;) {
    const answer = JSON.stringify(await query("/api/v1/query", { query: "x_total" }));
    if (answer.includes("x_total")) return;
    assert.ok(Date.now() < deadlineMs, "the target is scraped");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function openMetricsSamples(): string {
  const lines = ["# TYPE a gauge"];
  for (const series of [1, 2, 3]) {
    for (let step = 0; step < 600; step++) {
      lines.push(`a{b="${series}",c="d"} ${series * step} ${1_600_000_000 + 15 * step}`);
    }
  }
  return `${lines.join("\n")}\n# EOF\n`;
}
