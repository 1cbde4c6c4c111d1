/** Real kubectl of several ages on an API server in memory, over plain HTTP on the loopback address. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";
import { silentLogger } from "#base";
import { openTestApiServer } from "#apiserver/testing";
import { openHttpServer, realClock, systemRandom } from "#host";

const root = path.resolve(import.meta.dirname, "../..");
const newest = process.env["WHERRY_KUBECTL"] ?? path.join(root, ".cache/clients/kubectl/kubectl");
/** Versions that some machines have beside the newest. */
const others = ["1.27", "1.28", "1.29", "1.30", "1.31", "1.32", "1.33"].map(
  (version) => `/usr/lib/google-cloud-sdk/bin/kubectl.${version}`,
);
const run = promisify(execFile);

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: c, image: "example.com/web:1", ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: fast}
`;

const mistakes = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: c, ports: [{containerPort: 99999}]}]
`;

for (const program of [newest, ...others]) {
  const skip = existsSync(program) ? false : `there is no ${program}`;
  test(`${path.basename(program)} manages objects`, { skip }, async () => {
    await using stack = new AsyncDisposableStack();
    const directory = mkdtempSync(path.join(tmpdir(), "wherry-kubectl-"));
    stack.defer(() => rmSync(directory, { recursive: true, force: true }));
    const kubectl = await openKubectl(program, directory, stack);
    const file = path.join(directory, "web.yaml");
    writeFileSync(file, manifest);

    assert.deepEqual(await kubectl("apply", "-f", file), [
      "deployment.apps/web created",
      "configmap/settings created",
    ]);
    assert.deepEqual(await kubectl("apply", "-f", file), [
      "deployment.apps/web unchanged",
      "configmap/settings unchanged",
    ]);
    await kubectl("scale", "deployment/web", "--replicas=5");
    await kubectl("set", "image", "deployment/web", "c=example.com/web:2");
    await kubectl("label", "configmap", "settings", "tier=front");
    await kubectl("annotate", "configmap", "settings", "note=x");
    const columns =
      "custom-columns=N:.metadata.name,R:.spec.replicas,I:.spec.template.spec.containers[0].image,G:.metadata.generation";
    const [, row = ""] = await kubectl("get", "deployment", "web", "-o", columns);
    assert.deepEqual(row.split(/ +/).slice(0, 4), ["web", "5", "example.com/web:2", "3"]);
    const names = await kubectl("get", "configmaps", "-l", "tier=front", "-o", "name");
    assert.deepEqual(names, ["configmap/settings"]);
    const [header = ""] = await kubectl("get", "deployments");
    assert.deepEqual(header.split(/ +/), ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"]);

    await kubectl("expose", "deployment", "web", "--port=80");
    await kubectl("patch", "configmap", "settings", "-p", '{"data":{"mode":"slow"}}');
    const mode = await kubectl("get", "configmap", "settings", "-o", "jsonpath={.data.mode}");
    assert.deepEqual(mode, ["slow"]);
    const explained = await kubectl("explain", "deployment.spec.strategy");
    assert.match(explained.join("\n"), /rollingUpdate/);
    const jsonpath = "--for=jsonpath={.spec.replicas}=5";
    assert.match((await kubectl("wait", jsonpath, "deployment/web")).join(), /condition met/);
    await kubectl("apply", "--server-side", "--force-conflicts", "-f", file);
    const replicas = "jsonpath={.spec.replicas}";
    assert.deepEqual(await kubectl("get", "deployment", "web", "-o", replicas), ["2"]);

    const deleted = await kubectl("delete", "deployment/web", "service/web", "configmap/settings");
    assert.equal(deleted.length, 3);
    await assert.rejects(kubectl("get", "deployment", "web"), /deployments.apps "web" not found/);
  });
}

for (const program of [newest, ...others]) {
  const skip = existsSync(program) ? false : `there is no ${program}`;
  test(`${path.basename(program)} tells all mistakes of a manifest`, { skip }, async () => {
    await using stack = new AsyncDisposableStack();
    const directory = mkdtempSync(path.join(tmpdir(), "wherry-kubectl-"));
    stack.defer(() => rmSync(directory, { recursive: true, force: true }));
    const kubectl = await openKubectl(program, directory, stack);
    const file = path.join(directory, "web.yaml");
    writeFileSync(file, mistakes);
    const container = "spec.template.spec.containers[0]";
    const printed = [
      'The Deployment "web" is invalid: ',
      '* spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      `* ${container}.image: Required value`,
      `* ${container}.ports[0].containerPort: Invalid value: 99999: must be between 1 and 65535, inclusive`,
    ];
    await assert.rejects(kubectl("apply", "-f", file), { stderr: `${printed.join("\n")}\n` });

    await kubectl("run", "web", "--image=example.com/web:1");
    const change = '{"spec":{"dnsPolicy":"Default"}}';
    const refused = /^The Pod "web" is invalid: spec: Forbidden: pod updates may not change fields/;
    await assert.rejects(kubectl("patch", "pod", "web", "-p", change), { stderr: refused });
  });
}

async function openKubectl(
  program: string,
  directory: string,
  stack: AsyncDisposableStack,
): Promise<(...words: readonly string[]) => Promise<readonly string[]>> {
  const api = stack.use(await openTestApiServer({ clock: realClock, random: systemRandom }));
  const http = stack.use(
    await openHttpServer(
      { handler: api.server, log: silentLogger },
      { local: { address: "127.0.0.1", port: 0 }, identity: "plain" },
    ),
  );
  const kubeconfig = path.join(directory, "config");
  writeFileSync(kubeconfig, "{}");
  const server = `http://127.0.0.1:${http.local.port}`;
  const env = { PATH: process.env["PATH"] ?? "", HOME: directory, KUBECONFIG: kubeconfig };
  return async (...words) => {
    const { stdout } = await run(program, ["-s", server, ...words], { env, timeout: 60_000 });
    return stdout.split("\n").filter((line) => line !== "");
  };
}
