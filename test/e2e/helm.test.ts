/** The life of a release with the real Helm: what charts usually hold, on real containers. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bringUpCluster, loadExamples, missingForContainers, type TestCluster } from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;
const chart = `${import.meta.dirname}/chart`;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster();
  await loadExamples(cluster, ["hello", "hello-2", "toolbox"]);
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

test("a chart is installed, and its hook has run", { skip }, async () => {
  await cluster.helm("install", "web", chart, "--wait", "--timeout", "90s");
  assert.match(await cluster.helm("status", "web"), /STATUS: deployed/);
  const job = await cluster.kubectl(
    "get",
    "job",
    "web-prepare",
    "-o",
    "jsonpath={.status.succeeded}",
  );
  assert.equal(job, "1");
});

test("its test passes", { skip }, async () => {
  assert.match(await cluster.helm("test", "web", "--timeout", "60s"), /Phase: +Succeeded/);
});

test("an upgrade changes what differs", { skip }, async () => {
  const values = ["--set", "image=hello:2", "--set", "greeting=hi", "--set", "replicas=3"];
  await cluster.helm("upgrade", "web", chart, ...values, "--wait", "--timeout", "90s");
  const image = "jsonpath={.spec.template.spec.containers[0].image} {.spec.replicas}";
  assert.equal(await cluster.kubectl("get", "deployment", "web", "-o", image), "hello:2 3");
  const greeting = "jsonpath={.data.greeting}";
  assert.equal(await cluster.kubectl("get", "configmap", "web", "-o", greeting), "hi");
});

test("a rollback brings the first revision back", { skip }, async () => {
  await cluster.helm("rollback", "web", "1", "--wait", "--timeout", "90s");
  const image = "jsonpath={.spec.template.spec.containers[0].image} {.spec.replicas}";
  assert.equal(await cluster.kubectl("get", "deployment", "web", "-o", image), "hello:1 2");
  assert.match(await cluster.helm("history", "web"), /Rollback to 1/);
});

test("uninstalling removes everything", { skip }, async () => {
  await cluster.helm("uninstall", "web", "--wait", "--timeout", "90s");
  const kinds =
    "deployment,service,configmap,secret,ingress,hpa,pdb,serviceaccount,role,rolebinding";
  const left = await cluster.kubectl("get", kinds, "-o", "name", "--ignore-not-found");
  assert.deepEqual(
    left.split("\n").filter((name) => name.endsWith("/web")),
    [],
  );
});
