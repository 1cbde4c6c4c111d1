import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findKind } from "#api";
import { openTestApiServer, type TestApiServer } from "#apiserver/testing";
import { composeFile, formatProject } from "#compose";
import { loadFiles } from "#compose/testing";
import { stackDefaults } from "./options.ts";
import type { PlannedObject, StackPlan } from "./plan.ts";
import { planStack } from "./plan-stack.ts";
import { testFiles } from "./testing.ts";

/** For every attribute of a service values that are valid in the files below. */
const values: Readonly<Record<string, readonly unknown[]>> = {
  annotations: [{ a: 1, "example.com/b": "some text" }, ["a=b"]],
  attach: [false],
  blkio_config: [{ weight: 300, device_read_bps: [{ path: "/dev/sda", rate: "1mb" }] }],
  build: [".", { context: "./x", args: { A: 1 }, target: "t", secrets: ["s"] }],
  cap_add: [["NET_ADMIN"], ["ALL"]],
  cap_drop: [["CAP_CHOWN", "SETUID"]],
  cgroup: ["host"],
  cgroup_parent: ["x"],
  command: ["echo $$HOME 'a b'", ["a", "$$(B)"], null],
  configs: [["c"], [{ source: "c", target: "/etc/c", mode: 0o440 }]],
  container_name: ["my_name"],
  cpu_count: [2],
  cpu_percent: [50],
  cpu_period: [100_000],
  cpu_quota: [50_000],
  cpu_rt_period: [1000],
  cpu_rt_runtime: ["400ms"],
  cpu_shares: [73],
  cpus: [0.5, "1.25"],
  cpuset: ["0-3"],
  credential_spec: [{ file: "x.json" }],
  depends_on: [
    ["db"],
    { db: { condition: "service_healthy" } },
    { db: { condition: "service_completed_successfully" } },
  ],
  deploy: [
    { replicas: 3, endpoint_mode: "dnsrr", labels: { tier: "front", "bad value": "x" } },
    { mode: "global", update_config: { parallelism: 2, order: "start-first" } },
    { mode: "replicated-job", replicas: 2 },
    {
      update_config: {
        parallelism: 0,
        delay: "10s",
        failure_action: "rollback",
        monitor: "1m",
        max_failure_ratio: 0.1,
      },
    },
    { rollback_config: { parallelism: 1, order: "stop-first" } },
    {
      resources: {
        limits: { cpus: "0.50", memory: "50M", pids: 5 },
        reservations: { cpus: "0.1", memory: "10M" },
      },
    },
    {
      resources: {
        reservations: {
          generic_resources: [{ discrete_resource_spec: { kind: "gpu", value: 2 } }],
        },
      },
    },
    { resources: { reservations: { devices: [{ capabilities: ["gpu"], count: 1 }] } } },
    { restart_policy: { condition: "on-failure", delay: "5s", max_attempts: 3, window: "2m" } },
    {
      placement: {
        constraints: ["node.role == manager", "node.labels.zone!=a"],
        preferences: [{ spread: "node.labels.zone" }],
        max_replicas_per_node: 1,
      },
    },
    { placement: { max_replicas_per_node: 3 } },
  ],
  develop: [{ watch: [{ path: ".", action: "sync", target: "/x", ignore: ["a/"] }] }],
  device_cgroup_rules: [["c 1:3 mr"]],
  devices: [["/dev/ttyUSB0:/dev/ttyUSB0"]],
  dns: ["8.8.8.8", ["1.1.1.1", "9.9.9.9"]],
  dns_opt: [["use-vc", "ndots:2"]],
  dns_search: ["example.com"],
  domainname: ["example.com"],
  entrypoint: ["/start --now", ["/start"]],
  env_file: ["a.env", [{ path: "no.env", required: false }]],
  environment: [{ A: 1, B: null, "C.D": true }, ["A=1", "B"]],
  expose: [["3000", "4000-4002/udp"], [80]],
  extends: ["base", { service: "base" }],
  external_links: [["redis"]],
  extra_hosts: [["a=1.2.3.4", "b:10.0.0.1"], { c: "::1" }],
  gpus: ["all", [{ driver: "nvidia", count: 2 }]],
  group_add: [["1000", "mail"]],
  healthcheck: [
    { test: "curl -f http://localhost", interval: "10s", start_period: "1m" },
    {
      test: ["CMD", "true"],
      timeout: "500ms",
      retries: 5,
      start_interval: "1s",
      start_period: "3s",
    },
    { disable: true },
    { test: ["NONE"] },
  ],
  hostname: ["box", "not_a_name"],
  image: ["web:1.0", "r.io/team/web@sha256:abc"],
  init: [true],
  ipc: ["host", "shareable"],
  isolation: ["default"],
  label_file: ["a.env"],
  labels: [
    { a: "b c", "kompose.service.type": "nodeport" },
    ["x=y"],
    { "kompose.controller.type": "statefulset" },
  ],
  links: [["db", "db:database"]],
  logging: [{ driver: "syslog", options: { a: 1 } }],
  mac_address: ["02:42:ac:11:65:43"],
  mem_limit: ["512m"],
  mem_reservation: ["256m"],
  mem_swappiness: [60],
  memswap_limit: ["2g"],
  models: [["llm"]],
  network_mode: ["host", "none", "service:db"],
  networks: [
    ["front"],
    { front: { aliases: ["alias", "www"], ipv4_address: "1.2.3.4" }, back: null },
  ],
  oom_kill_disable: [true],
  oom_score_adj: [100],
  pid: ["host"],
  pids_limit: [10],
  platform: ["linux/arm64/v8"],
  ports: [
    ["8080:80", "53:53/udp", "127.0.0.1:9000:90"],
    ["3000-3002"],
    [{ target: 80, published: "8000-8010", mode: "host", name: "web" }],
  ],
  post_start: [[{ command: "a b" }, { command: ["c"], user: "root" }]],
  pre_start: [[{ command: ["x"], image: "init", environment: { A: 1 } }]],
  pre_stop: [[{ command: "x" }]],
  privileged: [true],
  profiles: [["p"]],
  provider: [{ type: "x", options: { a: 1 } }],
  pull_policy: ["always", "every_12h"],
  pull_refresh_after: ["24h"],
  read_only: [true],
  restart: ["always", "no", "on-failure:3", "unless-stopped"],
  runtime: ["runc"],
  scale: [2],
  secrets: [["s"], [{ source: "s", target: "/x/y", uid: "103", mode: "0400" }]],
  security_opt: [["no-new-privileges", "label=level:s0", "seccomp=unconfined"]],
  shm_size: ["64m"],
  stdin_open: [true],
  stop_grace_period: ["1m30s"],
  stop_signal: ["SIGINT", "QUIT"],
  storage_opt: [{ size: "1G" }],
  sysctls: [{ "net.core.somaxconn": 1024 }, ["net.ipv4.tcp_syncookies=0"]],
  tmpfs: ["/run", ["/tmp:size=64m,mode=755"]],
  tty: [true],
  ulimits: [{ nofile: 1024, nproc: { soft: 1, hard: 2 } }],
  use_api_socket: [true],
  user: ["1000:1000", "postgres"],
  userns_mode: ["host"],
  uts: ["host"],
  volumes: [
    ["data:/d", "/anonymous", "./init:/init:ro", "./one.conf:/etc/one.conf"],
    [
      { type: "tmpfs", target: "/t", tmpfs: { size: 1024 } },
      { type: "volume", source: "ext", target: "/e", volume: { subpath: "a" } },
    ],
    [
      { type: "image", source: "files:1", target: "/i" },
      "./huge:/h",
      "/var/run/docker.sock:/var/run/docker.sock",
    ],
  ],
  volumes_from: [["db:ro"]],
  working_dir: ["/w"],
};

/** Attributes that say the same thing twice, or that cannot stand beside one another. */
const rivals: readonly (readonly string[])[] = [
  ["network_mode", "networks", "models"],
  ["container_name", "scale", "deploy"],
  ["cpus", "deploy", "mem_limit", "mem_reservation", "pids_limit", "cpu_quota", "cpu_count"],
  ["tmpfs", "volumes", "shm_size", "volumes_from"],
  ["provider", "use_api_socket"],
];

const surroundings = {
  networks: { front: {}, back: { internal: true, driver: "overlay" } },
  volumes: { data: { driver_opts: { size: "2G" } }, ext: { external: true, name: "x_y" } },
  secrets: { s: { file: "./s.txt" } },
  configs: { c: { content: "a\nb" } },
  models: { llm: { model: "x" } },
};

const service = fc
  .uniqueArray(fc.constantFrom(...Object.keys(values)), { maxLength: 14 })
  .map((names) =>
    names.filter((name, index) => !names.slice(0, index).some((other) => areRivals(name, other))),
  )
  .chain((names) =>
    fc.record(
      Object.fromEntries(names.map((name) => [name, fc.constantFrom(...(values[name] ?? []))])),
    ),
  );

function areRivals(one: string, other: string): boolean {
  return rivals.some((group) => group.includes(one) && group.includes(other));
}

const application = fc.tuple(service, service).map(([web, api]) => ({
  services: {
    web: { image: "web", ...web },
    my_api: withoutPorts({ image: "api", ...api }),
    base: { image: "base", tty: true },
    db: { image: "db", healthcheck: { test: "true" } },
  },
  ...surroundings,
}));

/** Two services that publish the same port are a mistake, which is not what is tested here. */
function withoutPorts(definition: Readonly<Record<string, unknown>>) {
  const { ports: _ports, container_name: _name, ...rest } = definition;
  return rest;
}

const files = { "a.env": "X=1\nY='z'" };
const request = { profiles: ["*"], environment: new Map([["B", "outside"]]) };

test("every attribute of the specification is in what is generated", () => {
  const shape = composeFile.fields["services"]?.shape;
  assert.ok(shape?.kind === "dictionary" && shape.value.kind === "record");
  assert.deepEqual(Object.keys(values), Object.keys(shape.value.fields));
});

test("loading what was printed gives what was printed", async () => {
  await fc.assert(
    fc.asyncProperty(application, async (content) => {
      const text = JSON.stringify(content);
      const first = await loadFiles({ ...files, "compose.yaml": text }, request);
      for (const format of ["yaml", "json"] as const) {
        const printed = formatProject(first, { format, variables: "replaced" });
        const again = await loadFiles({ "compose.yaml": printed }, { profiles: ["*"] });
        assert.equal(formatProject(again, { format, variables: "replaced" }), printed);
        assert.deepEqual(again.services, first.services);
      }
    }),
    { numRuns: 40, seed: 7 },
  );
});

test("any application becomes objects that a strict API server takes", async () => {
  await using api = await openTestApiServer();
  await fc.assert(
    fc.asyncProperty(
      application,
      fc.constantFrom("networks", "none"),
      async (content, isolation) => {
        const project = await loadFiles(
          { ...files, "compose.yaml": JSON.stringify(content) },
          request,
        );
        const options = { ...stackDefaults, stack: "s", namespace: "default", isolation } as const;
        const plan = planStack(project, testFiles, { ...options, mode: "loose" });
        for (const planned of plan.objects) assert.equal(await create(api, planned), "");
        assert.deepEqual(planStack(project, testFiles, { ...options, mode: "loose" }), plan);
        assert.deepEqual(namesOf(plan), [...new Set(namesOf(plan))]);
      },
    ),
    { numRuns: 60, seed: 11 },
  );
});

function namesOf(plan: StackPlan): readonly string[] {
  return plan.objects.map(({ apiVersion, kind, name }) => `${apiVersion} ${kind} ${name}`);
}

/** What the server says about the object; nothing when it would take it. */
async function create(
  api: TestApiServer,
  { apiVersion, kind, object }: PlannedObject,
): Promise<string> {
  const resource = findKind(apiVersion, kind)?.resource?.name ?? "";
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const target = `${root}/namespaces/default/${resource}?dryRun=All&fieldValidation=Strict`;
  const response = await api.transport.send(
    {
      method: "POST",
      target,
      headers: { "content-type": "application/json" },
      body: new TextEncoder().encode(JSON.stringify(object)),
    },
    AbortSignal.timeout(10_000),
  );
  if (response.status === 201) return "";
  const body = response.body instanceof Uint8Array ? new TextDecoder().decode(response.body) : "";
  return `${kind}: ${body} ${JSON.stringify(object)}`;
}
