import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpResponse } from "#base";
import { runTool } from "../testing.ts";

const good = "groups: [{name: g, rules: [{record: a, expr: up}, {alert: B, expr: up == 0}]}]";
const twice = "groups: [{name: g, rules: [{record: a, expr: up}, {record: a, expr: up}]}]";
const bad = "groups:\n- name: g\n  rules:\n  - record: a\n    expr: sum(\n";

const ruleFiles = { "good.yml": good, "twice.yml": twice, "bad.yml": bad };

const duplicate = `! lint error 1 duplicate rule(s) found.
! Metric: a
! Label(s):
! Might cause inconsistency while recording expressions`;

const brokenSum = `5:11: group "g", rule 1, "a": could not parse expression: 1:5: parse error: unclosed left parenthesis`;

// A command line, and all that it prints; empty lines are shown as a dot.
for (const [line, want] of [
  ["check rules good.yml", "Checking good.yml|  SUCCESS: 2 rules found|.|= 0"],
  ["check rules bad.yml", `Checking bad.yml|!   FAILED:|! bad.yml: ${brokenSum}|= 1`],
  ["check rules twice.yml", `Checking twice.yml|!   FAILED:|${duplicate}|.|= 0`],
  ["check rules --lint-fatal twice.yml", `Checking twice.yml|!   FAILED:|${duplicate}|.|= 3`],
  ["check rules --lint=none twice.yml", "Checking twice.yml|  SUCCESS: 2 rules found|.|= 0"],
  [
    "check rules --lint=none,x good.yml",
    'WARNING: unknown lint option: "x"|Checking good.yml|  SUCCESS: 2 rules found|.|= 0',
  ],
  [
    "check rules --lint-fatal twice.yml bad.yml good.yml",
    `Checking twice.yml|!   FAILED:|${duplicate}|.|Checking bad.yml|!   FAILED:|! bad.yml: ${brokenSum}|Checking good.yml|  SUCCESS: 2 rules found|.|= 1`,
  ],
] as const) {
  test(line, async () => {
    assert.equal(await screenOf(line, { files: ruleFiles }), want);
  });
}

test("rules are read from standard input when no file is named", async () => {
  const fromInput = (input: string) => screenOf("check rules", { input });
  assert.equal(await fromInput(good), "Checking standard input|  SUCCESS: 2 rules found|.|= 0");
  assert.equal(await fromInput(bad), `Checking standard input|!   FAILED:|! ${brokenSum}|= 1`);
});

const configFiles = {
  "rules/a.yml": good,
  "rules/b.yml": twice,
  "targets.json": '[{"targets": ["a:1"]}]',
  "broken.json": "[1]",
  "plain.yml": "scrape_configs: [{job_name: j, static_configs: [{targets: [a]}]}]",
  "rules.yml": "rule_files: [rules/*.yml]",
  "absent.yml": "rule_files: [rules/c.yml]",
  "slow.yml": "scrape_configs: [{job_name: j, scrape_interval: 10m}]",
  "typo.yml": "scrape_config: []",
  "alerting.yml": "rule_files: [rules/a.yml]",
  "cert.yml": "scrape_configs: [{job_name: j, tls_config: {cert_file: c.pem, key_file: k.pem}}]",
  "token.yml": "scrape_configs: [{job_name: j, authorization: {credentials_file: t}}]",
  "files.yml":
    "scrape_configs: [{job_name: j, file_sd_configs: [{files: [targets.json, no.json]}]}]",
  "broken.yml": "scrape_configs: [{job_name: j, file_sd_configs: [{files: [broken.json]}]}]",
  "included.yml": "scrape_config_files: [jobs.yml]",
  "jobs.yml": "scrape_configs: [{job_name: j, scrape_timeout: 1h}]",
  "relabel.yml": `scrape_configs:
- job_name: j
  static_configs: [{targets: [a]}]
  relabel_configs: [{target_label: __address__, replacement: a/b}]`,
  "receiver.yml": `alerting:
  alertmanagers:
  - static_configs: [{targets: [a]}]
    relabel_configs: [{target_label: __address__, replacement: a/b}]`,
};

function valid(file: string): string {
  return ` SUCCESS: ${file} is valid prometheus config file syntax`;
}

for (const [line, want] of [
  ["plain.yml", `Checking plain.yml|${valid("plain.yml")}|.|= 0`],
  [
    "rules.yml",
    `Checking rules.yml|  SUCCESS: 2 rule files found|${valid("rules.yml")}|.|Checking rules/a.yml|  SUCCESS: 2 rules found|.|Checking rules/b.yml|!   FAILED:|${duplicate}|.|= 0`,
  ],
  ["--syntax-only rules.yml", `Checking rules.yml|${valid("rules.yml")}|.|= 0`],
  [
    "absent.yml",
    'Checking absent.yml|!   FAILED: "rules/c.yml" does not point to an existing file|.|= 1',
  ],
  [
    "typo.yml",
    "Checking typo.yml|!   FAILED: parsing YAML file typo.yml: yaml: unmarshal errors:|!   line 1: field scrape_config not found in type config.plain|.|= 1",
  ],
  [
    "--agent alerting.yml",
    "Checking alerting.yml|!   FAILED: field rule_files is not allowed in agent mode|.|= 1",
  ],
  ["slow.yml", `Checking slow.yml|${valid("slow.yml")}|.|= 0`],
  [
    "--lint=all --lint-fatal slow.yml",
    `Checking slow.yml|${valid("slow.yml")}|.|!   FAILED: too long scrape interval found, data point will be marked as stale - job: j, interval: 10m|= 3`,
  ],
  ["--lint=none,all --lint-fatal slow.yml", `Checking slow.yml|${valid("slow.yml")}|.|= 0`],
  [
    "cert.yml",
    'Checking cert.yml|!   FAILED: error checking client cert file "c.pem": stat c.pem: no such file or directory|.|= 1',
  ],
  ["--syntax-only cert.yml", `Checking cert.yml|${valid("cert.yml")}|.|= 0`],
  [
    "token.yml",
    'Checking token.yml|!   FAILED: error checking authorization credentials or bearer token file "t": stat t: no such file or directory|.|= 1',
  ],
  [
    "files.yml",
    `Checking files.yml|  WARNING: file "no.json" for file_sd in scrape job "j" does not exist|${valid("files.yml")}|.|= 0`,
  ],
  ["--syntax-only included.yml", `Checking included.yml|${valid("included.yml")}|.|= 0`],
  [
    "included.yml",
    'Checking included.yml|!   FAILED: error loading scrape configs: "jobs.yml": scrape timeout greater than scrape interval for scrape config with job name "j"|.|= 1',
  ],
  [
    "broken.yml",
    'Checking broken.yml|!   FAILED: checking SD file "broken.json": nil target group item found (index 0)|.|= 1',
  ],
  [
    "relabel.yml",
    'Checking relabel.yml|!   FAILED: instance 0 in group 0: "a/b" is not a valid hostname|.|= 1',
  ],
  ["receiver.yml", 'Checking receiver.yml|!   FAILED: "a/b" is not a valid hostname|.|= 1'],
] as const) {
  test(`check config ${line}`, async () => {
    assert.equal(await screenOf(`check config ${line}`, { files: configFiles }), want);
  });
}

const pem = "-----BEGIN X-----\n";
const webFiles = {
  "good.yml": "tls_server_config: {cert_file: cert.pem, key_file: key.pem}",
  "absent.yml": "tls_server_config: {cert_file: no.pem, key_file: key.pem}",
  "empty.yml": "tls_server_config: {cert_file: cert.pem, key_file: empty.pem}",
  "header.yml": "http_server_config: {headers: {X-Foo: y}}",
  "cert.pem": pem,
  "key.pem": pem,
  "empty.pem": "",
};

for (const [file, want] of [
  ["good.yml", "! good.yml SUCCESS|= 0"],
  [
    "absent.yml",
    "! absent.yml FAILED: failed to read cert_file (no.pem): open no.pem: no such file or directory|= 1",
  ],
  [
    "empty.yml",
    "! empty.yml FAILED: failed to load X509KeyPair: tls: failed to find any PEM data in key input|= 1",
  ],
  ["header.yml", '! header.yml FAILED: HTTP header "X-Foo" can not be configured|= 1'],
  [
    "header.yml good.yml",
    '! header.yml FAILED: HTTP header "X-Foo" can not be configured|! good.yml SUCCESS|= 1',
  ],
] as const) {
  test(`check web-config ${file}`, async () => {
    assert.equal(await screenOf(`check web-config ${file}`, { files: webFiles }), want);
  });
}

const metrics = `# HELP a_seconds x
# TYPE a_seconds gauge
a_seconds{b="1"} 1
a_seconds{b="2"} 1
# TYPE c counter
c 1
`;

test("metrics are linted, and that is what the status tells", async () => {
  const line = "check metrics";
  const want = '! c counter metrics should have "_total" suffix|! c no help text|= 3';
  assert.equal(await screenOf(line, { input: metrics }), want);
  assert.equal(await screenOf(line, { input: "# HELP a b\na 1\n" }), "= 0");
  const broken = "! error while linting: text format parsing error in line 1: ";
  const end = "unexpected end of input stream|= 1";
  assert.equal(await screenOf(line, { input: "a" }), broken + end);
});

test("the series of each metric are counted, the largest family first", async () => {
  const line = "check metrics --extended --lint=none";
  assert.equal(
    (await runTool(line, { input: metrics })).shown,
    `Metric       Cardinality    Percentage    
a_seconds    2              66.67%        
c            1              33.33%        
Total        3              100%          
= 0`,
  );
  assert.match(await screenOf("check metrics --lint=none"), /^! error: at least one of --extended/);
});

// What a server says to being asked for its health, and what is told of it.
for (const [command, status, want] of [
  ["healthy", 200, "!   SUCCESS:  Fine.|= 0"],
  ["ready", 200, "!   SUCCESS:  Fine.|= 0"],
  ["ready", 503, "! check failed: URL=http://a:1, status=503|= 1"],
] as const) {
  test(`a server that answers ${status} is ${status === 200 ? "" : "not "}${command}`, async () => {
    const asked: string[] = [];
    const answer = ({ target }: { readonly target: string }): HttpResponse => {
      asked.push(target);
      return { status, headers: {}, body: new TextEncoder().encode("Fine.") };
    };
    assert.equal(await screenOf(`check ${command} --url=http://a:1`, { answer }), want);
    assert.deepEqual(asked, [`/-/${command}`]);
  });
}

test("a server that is not there is neither healthy nor ready", async () => {
  const want = '! Get "http://a:1/-/healthy": dial tcp a:1: connect: connection refused|= 1';
  assert.equal(await screenOf("check healthy --url=http://a:1"), want);
});

const discoveryFiles = {
  "a.yml": `scrape_configs:
- job_name: j
  static_configs: [{targets: [a, b, c, a], labels: {x: y}}]
  relabel_configs:
  - { source_labels: [__address__], regex: b, action: drop }
  - { source_labels: [__address__], regex: c, target_label: __address__, replacement: c/d }
- job_name: k`,
};

test("discovery shows targets before and after relabelling, each once", async () => {
  const { shown } = await runTool("check service-discovery a.yml j", { files: discoveryFiles });
  const results: unknown = JSON.parse(shown.replace(/\n= 0$/, ""));
  assert.deepEqual(
    Array.isArray(results) &&
      results.map(({ discoveredLabels, labels, error }) => [
        discoveredLabels.__address__,
        labels.instance,
        error,
      ]),
    [
      ["a", "a", undefined],
      ["b", undefined, undefined],
      ["c", undefined, 'instance 2 in group 0: "c/d" is not a valid hostname'],
    ],
  );
});

test("a job that is not there is told with those that are", async () => {
  const want = "! Job x not found. Select one of:|! \tj|! \tk|= 1";
  assert.equal(await screenOf("check service-discovery a.yml x", { files: discoveryFiles }), want);
});

async function screenOf(...run: Parameters<typeof runTool>): Promise<string> {
  const { shown } = await runTool(...run);
  // The text of a finding has several lines, which belong together.
  return shown
    .split("\n")
    .map((line) => (line === "" ? "." : line))
    .join("|")
    .replaceAll(duplicate.replaceAll("\n", "|"), duplicate);
}
