import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpEndpoint, HttpRequest } from "#base";
import { MemoryDisk, RecordingMeters, VirtualClock } from "#base/testing";
import { node } from "#api/core/v1";
import { configDefaults, parseConfig } from "#promconfig";
import { parseKubeconfig } from "./kubeconfig.ts";
import { discoveryMetrics } from "../discovery-metrics.ts";
import { openKubernetesSource } from "./open-source.ts";

const kubeconfig = `
apiVersion: v1
kind: Config
current-context: here
contexts:
- {name: there, context: {cluster: other, user: other}}
- {name: here, context: {cluster: c, user: u}}
clusters:
- {name: other, cluster: {server: "https://other"}}
- name: c
  cluster: {server: "https://api:6443", certificate-authority-data: ${btoa("CA")}, tls-server-name: kubernetes}
users:
- {name: u, user: {client-certificate: pki/me.crt, client-key-data: ${btoa("KEY")}}}
`;

test("a kubeconfig's current context says where the server is and how to be known there", () => {
  const { server, http } = parseKubeconfig(kubeconfig, "/home/me/config");
  const { ca, certificateFile, key, serverName } = http.tls;
  assert.deepEqual(
    [server, ca, certificateFile, key.reveal(), serverName, http.authorization],
    ["https://api:6443", "CA", "/home/me/pki/me.crt", "KEY", "kubernetes", undefined],
  );
});

// What is wrong with a kubeconfig, and what is said of it.
const refused: readonly (readonly [from: string, to: string, message: string])[] = [
  ["current-context: here", "current-context: none", "kubeconfig /k names no server"],
  [
    "client-certificate: pki/me.crt",
    "exec: {command: aws}",
    "kubeconfig /k uses exec, which is not supported",
  ],
];

for (const [from, to, message] of refused) {
  test(`with "${to}" it is refused: ${message}`, () => {
    assert.throws(() => parseKubeconfig(kubeconfig.replace(from, to), "/k"), { message });
  });
}

// A section's options, the environment, and the request that listing nodes becomes.
const sources: readonly (readonly [
  options: string,
  env: Readonly<Record<string, string>>,
  request: string,
])[] = [
  [
    "api_server: 'https://k8s:8443/prefix', bearer_token: t",
    {},
    "tls k8s:8443 /prefix/api/v1/nodes Bearer t",
  ],
  ["kubeconfig_file: /k", {}, "tls api:6443 /api/v1/nodes "],
  [
    "",
    { KUBERNETES_SERVICE_HOST: "10.43.0.1", KUBERNETES_SERVICE_PORT: "443" },
    "tls 10.43.0.1:443 /api/v1/nodes Bearer account",
  ],
];

for (const [options, env, request] of sources) {
  test(`{${options}} asks ${request}`, async () => {
    const seen: string[] = [];
    const deps = await depsOf(env, seen);
    await using source = await openKubernetesSource(deps, sectionOf(options));
    await source.client.of(node).list({}, new AbortController().signal);
    assert.deepEqual(seen, [request]);
  });
}

test("requests to a cluster are counted", async () => {
  const meters = new RecordingMeters();
  const deps = await depsOf({}, [], meters);
  await using source = await openKubernetesSource(deps, sectionOf("kubeconfig_file: /k"));
  await source.client.of(node).list({}, new AbortController().signal);
  assert.deepEqual(meters.lines("prometheus_sd_kubernetes"), [
    'prometheus_sd_kubernetes_http_request_total{status_code="200"} 1',
    'prometheus_sd_kubernetes_http_request_duration_seconds{endpoint="/api/v1/nodes"} 1',
  ]);
});

test("a pod's own namespace is where its account is", async () => {
  const env = { KUBERNETES_SERVICE_HOST: "h", KUBERNETES_SERVICE_PORT: "1" };
  await using source = await openKubernetesSource(await depsOf(env, []), sectionOf(""));
  assert.equal(source.ownNamespace, "shop");
});

test("outside of a cluster one must be named", async () => {
  await assert.rejects(openKubernetesSource(await depsOf({}, []), sectionOf("")), {
    message:
      "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined",
  });
});

async function depsOf(
  env: Readonly<Record<string, string>>,
  seen: string[],
  meters = new RecordingMeters(),
) {
  const disk = new MemoryDisk();
  const account = "/var/run/secrets/kubernetes.io/serviceaccount";
  const pki = { [`${account}/ca.crt`]: "CA", "/pki/me.crt": "CERT" };
  const files = { ...pki, [`${account}/token`]: "account\n", [`${account}/namespace`]: "shop" };
  for (const [path, text] of Object.entries({ ...files, "/k": kubeconfig })) {
    await disk.makeDirectory(path.replace(/\/[^/]*$/, "") || "/");
    await disk.writeFile(path, text);
  }
  const connector = {
    open: async ({ server, tls }: HttpEndpoint) => ({
      send: async ({ target, headers }: HttpRequest) => {
        const place = "host" in server ? `${server.host}:${server.port}` : server.unixPath;
        const [path] = target.split("?");
        const kind = tls === "plain" ? "plain" : "tls";
        seen.push(`${kind} ${place} ${path} ${String(headers["authorization"] ?? "")}`);
        const body = new TextEncoder().encode('{"metadata":{"resourceVersion":"1"},"items":[]}');
        return { status: 200, headers: { "content-type": "application/json" }, body };
      },
      upgrade: () => Promise.reject(new Error("no upgrades")),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  const clock = new VirtualClock();
  const outbound = { connector, clock, disk, env: (name: string) => env[name] };
  const { counted } = discoveryMetrics(meters, clock).kubernetes;
  return { outbound, userAgent: "Test/1", ownCluster: undefined, counted };
}

function sectionOf(options: string) {
  const text = `{scrape_configs: [{job_name: j, kubernetes_sd_configs: [{role: node, ${options}}]}]}`;
  const parsing = { directory: undefined, env: () => undefined, defaults: configDefaults };
  const [section] = parseConfig(text, parsing).scrapeConfigs[0]?.discoveries ?? [];
  assert.ok(section?.kind === "kubernetes");
  return section.options;
}
