import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRemark } from "#compose";
import { planOf } from "../testing.ts";
import { nameOf } from "./change.ts";
import { quotaProblems } from "./quota.ts";

const place = { file: "compose.yaml", line: 7, column: 5 };
const file = `services:
  web:
    image: web
    ports: ["80:80"]
    deploy:
      replicas: 4
      resources: {limits: {cpus: "0.5", memory: 64M}, reservations: {cpus: "0.25"}}
  db: {image: db, volumes: ["files:/files"]}
volumes: {files: {driver_opts: {size: 2Gi}}}`;

// What the quota limits, to how much, how much of it is used, and what does not fit.
const rows: readonly (readonly [resource: string, hard: string, used: string, problem: string])[] =
  [
    ["pods", "5", "0", ""],
    ["pods", "4", "0", "Deployment/db requested: pods=5"],
    ["pods", "5", "2", "Deployment/web requested: pods=4"],
    ["services", "3", "0", ""],
    ["services", "2", "0", "Service/db requested: services=3"],
    [
      "services.loadbalancers",
      "0",
      "0",
      "Service/web-published requested: services.loadbalancers=1",
    ],
    ["count/deployments.apps", "1", "0", "Deployment/db requested: count/deployments.apps=2"],
    ["requests.cpu", "1", "0", ""],
    ["requests.cpu", "900m", "0", "Deployment/web requested: requests.cpu=1"],
    ["limits.cpu", "1", "0", "Deployment/web requested: limits.cpu=2"],
    ["requests.storage", "1Gi", "0", "PersistentVolumeClaim/files requested: requests.storage=2Gi"],
    ["secrets", "0", "0", ""],
    ["example.com/gpu", "0", "0", ""],
  ];

for (const [resource, hard, used, problem] of rows) {
  test(`a quota of ${hard} ${resource}, ${used} used: ${problem || "fits"}`, async () => {
    const status = { hard: { [resource]: hard }, used: { [resource]: used } };
    const quotas = [{ metadata: { name: "few" }, status }];
    const plan = await planOf(file);
    const found = quotaProblems(plan, { quotas, live: new Map(), findPlace: () => place });
    const shown = found.map((remark) =>
      /(\w+\/\S+): exceeded quota: few, (.*), used/.exec(formatRemark(remark)),
    );
    assert.equal(shown.map((match) => `${match?.[1]} ${match?.[2]}`).join(), problem);
  });
}

test("what is there already is counted already", async () => {
  const plan = await planOf(file);
  const live = new Map(plan.objects.map((planned) => [nameOf(planned), planned.object]));
  const status = { hard: { pods: "5", services: "3" }, used: { pods: "5", services: "3" } };
  const quotas = [{ metadata: { name: "few" }, status }];
  const more = await planOf(file.replace("replicas: 4", "replicas: 5"));
  const problems = (stack: typeof plan) =>
    quotaProblems(stack, { quotas, live, findPlace: () => place }).map(formatRemark);
  assert.deepEqual(problems(plan), []);
  assert.deepEqual(problems(more), [
    'compose.yaml:7:5: service "web": Deployment/web: exceeded quota: few, requested: pods=1, used: pods=5, limited: pods=5',
  ]);
});
