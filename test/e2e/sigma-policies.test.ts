/** SigmaPolicies and BurnRatePolicies of a cluster: applied with kubectl, evaluated and judged by its engine. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { json } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { bringUpCluster, missingKubectl, type TestCluster } from "./cluster.ts";

const missing = missingKubectl();
const skip = missing === undefined ? false : missing;
/** Within this time a policy that was applied or deleted must show. */
const noticeMs = 5_000;
const pollMs = 100;

let cluster: TestCluster;
let engine = "";

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster("--runtime", "simulated", "--monitor-port", "0");
  const config = JSON.parse(readFileSync(`${cluster.directory}/cluster.json`, "utf8")) as {
    readonly monitorPort: number;
  };
  engine = `http://127.0.0.1:${config.monitorPort}`;
  await shows(
    90_000,
    () => valuesOf('up{job="prometheus"} offset 3s'),
    (found) => found.length > 0,
  );
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

const latency = `
apiVersion: oncall.wherry.dev/v1
kind: SigmaPolicy
metadata: {name: latency}
spec:
  expr: 'up{job="prometheus"}'
  interval: 1s
  mode: active
  team: web
  runbookURL: https://runbooks.example/latency
  pageEligible: true
`;

const availability = `
apiVersion: oncall.wherry.dev/v1
kind: BurnRatePolicy
metadata: {name: api}
spec:
  objective: 0.999
  badExpr: sum(rate(apiserver_request_total{code=~"5.."}[$window]))
  totalExpr: sum(rate(apiserver_request_total[$window]))
`;

test("policies become rules, the past is looked through, and they go again", { skip }, async () => {
  await cluster.kubectlWith(`${latency}---${availability}`, "apply", "-f", "-");
  const both = "burn-rate-default/api,sigma-default/latency";
  await shows(noticeMs, policyGroups, (groups) => groups === both);
  await shows(15_000, () => valuesOf('sigma:value{sigma_policy="default/latency"}'), isOne);
  const row = await cluster.eventually(["get", "sigmapolicy", "latency", "--no-headers"], (text) =>
    /in 28d/.test(text),
  );
  assert.match(row, /^latency\s+active\s+True\s+False\s+0 in 28d\s+0\/1\s+web\s/);
  const why = await jsonPath("sigmapolicy/latency", '{.conditions[?(@.type=="MayPage")].message}');
  assert.match(why, /^0 of 1 series may page: 0\.0 of 28 days of history can be judged$/);
  const levels = await jsonPath("sigmapolicy/latency", "{.backTest.levels[*].name}");
  assert.equal(levels, "s1 s2 s3-ticket s3-page s6");
  const short = await cluster.kubectl("get", "burnrate", "api", "--no-headers");
  assert.match(short, /^api\s+0\.999\s+30d\s+True\s/);

  await cluster.kubectlWith(`${latency}---${availability}`, "delete", "-f", "-");
  await shows(noticeMs, policyGroups, (groups) => groups === "");
});

test("a status is written when it changes, and then left alone", { skip }, async () => {
  await cluster.kubectlWith(latency, "apply", "-f", "-");
  await cluster.eventually(
    ["get", "sigmapolicy", "latency", "-o", "jsonpath={.status.backTest.time}"],
    (time) => time !== "",
  );
  const version = () =>
    cluster.kubectl("get", "sigmapolicy", "latency", "-o", "jsonpath={.metadata.resourceVersion}");
  const settled = await version();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  assert.equal(await version(), settled);
});

test("a bad edit says where, and the old rules stay", { skip }, async () => {
  await cluster.kubectlWith(latency, "apply", "-f", "-");
  await shows(noticeMs, policyGroups, (groups) => groups === "sigma-default/latency");
  const accepted = (message: string) =>
    cluster.eventually(
      ["get", "sigmapolicy", "latency", "-o", `jsonpath=${acceptedMessage}`],
      (text) => text === message,
    );

  await cluster.kubectlWith(latency.replace("expr: 'up", "expr: 'sum(up"), "apply", "-f", "-");
  const stays = "; what it said before stays in force";
  await accepted(`spec.expr: 1:25: parse error: unclosed left parenthesis${stays}`);
  await cluster.eventually(["describe", "sigmapolicy", "latency"], (text) =>
    text.includes("Warning  InvalidOldInForce"),
  );
  assert.equal(await policyGroups(), "sigma-default/latency");

  const zero = `${latency}  levels: [{name: wake, sigmas: 0, rule: 3/5, action: page}]\n`;
  await cluster.kubectlWith(zero, "apply", "-f", "-");
  const where = 'spec.levels[0]: level "wake" needs a threshold in sigmas above 0';
  await accepted(`${where}${stays}`);
  assert.equal(await policyGroups(), "sigma-default/latency");

  const negative = zero.replace("sigmas: 0", "sigmas: -3");
  await assert.rejects(
    cluster.kubectlWith(negative, "apply", "-f", "-"),
    /spec\.levels\[0\]\.sigmas in body should be greater than or equal to 0/,
  );
  assert.equal(await policyGroups(), "sigma-default/latency");

  await cluster.kubectlWith(latency, "apply", "-f", "-");
  await accepted("");
});

test("a policy of the cluster is replayed by its name", { skip }, async () => {
  await cluster.kubectlWith(latency, "apply", "-f", "-");
  const { status, stdout, stderr } = await cluster.wherry("sigma", "test", "sigmapolicy/latency");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /default\/latency pages for 0 of its 1 series/);
  const rules = await cluster.wherry("sigma", "rules", "sigmapolicy/latency", "-n", "default");
  assert.match(rules.stdout, /name: sigma-default\/latency/);
  const absent = await cluster.wherry("sigma", "test", "sigmapolicy/gone");
  assert.match(absent.stderr, /sigmapolicies.oncall.wherry.dev "gone" not found/);
});

const acceptedMessage = '{.status.conditions[?(@.type=="Accepted")].message}';

function jsonPath(object: string, path: string): Promise<string> {
  return cluster.kubectl("get", object, "-o", `jsonpath=${path.replace("{.", "{.status.")}`);
}

/** The names of the rule groups that policies became. */
async function policyGroups(): Promise<string> {
  const { data } = (await ask(`${engine}/api/v1/rules`)) as {
    readonly data: { readonly groups: readonly { readonly name: string }[] };
  };
  const own = data.groups
    .map(({ name }) => name)
    .filter((name) => /^(sigma|burn-rate)-/.test(name));
  return own.sort().join();
}

/** The values of an instant query. */
async function valuesOf(expr: string): Promise<readonly string[]> {
  const { data } = (await ask(`${engine}/api/v1/query?query=${encodeURIComponent(expr)}`)) as {
    readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  };
  return data.result.map(({ value: [, text] }) => text);
}

function isOne(values: readonly string[]): boolean {
  return values.join() === "1";
}

function ask(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    get(url, (response) => void json(response).then(resolve, reject)).on("error", reject);
  });
}

/** Asks until the answer is a wanted one, for as long as that may take. */
async function shows<T>(
  forMs: number,
  look: () => Promise<T>,
  isWanted: (found: T) => boolean,
): Promise<void> {
  const endMs = performance.now() + forMs;
  let last: unknown = undefined;
  while (performance.now() < endMs) {
    try {
      const found = await look();
      if (isWanted(found)) return;
      last = found;
    } catch (error) {
      // The engine may be starting.
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  assert.fail(`still ${String(last)}`);
}
