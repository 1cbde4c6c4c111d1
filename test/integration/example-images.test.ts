import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadImage } from "#agent";
import { containerConfigOf, sandboxConfigOf } from "#agent/testing";
import { realDisk, realProcesses } from "#host";
import { type ContainerdNode, startContainerdNode, whyNoContainers } from "./containerd-node.ts";

const skip = whyNoContainers() ?? false;
const utf8 = new TextDecoder();
const root = new URL("../..", import.meta.url).pathname;

test("the example images are built offline and do what they say", { skip }, async (t) => {
  const names = ["hello", "hello-2", "flasksklearn", "toolbox"];
  execFileSync(process.execPath, [`${root}examples/build-images.ts`, ...names], { cwd: root });
  const node = await startContainerdNode(t, "own");
  for (const name of names) {
    const file = `${root}examples/images/${name}.tar`;
    await loadImage({ disk: realDisk, processes: realProcesses }, node.socket, file);
  }
  const hello = await start(node, "hello-pod", "hello:1");
  const next = await start(node, "next-pod", "hello:2");
  const sklearn = await start(node, "sklearn-pod", "flasksklearn:1");
  const toolbox = await start(node, "toolbox-pod", "toolbox:1", ["sleep", "600"]);
  const run = async (script: string) => {
    const command = ["sh", "-c", script];
    const { stdout } = await node.runtime.containers.execSync(toolbox.id, command, 20, node.signal);
    return utf8.decode(stdout);
  };
  const curl = (url: string) =>
    run(`curl -sS --retry 20 --retry-connrefused --retry-delay 1 ${url}`);

  await t.test("hello names its pod and version", async () => {
    assert.equal(await curl(`${hello.ip}:8080/`), "hello from hello-pod, version 1\n");
    assert.equal(await curl(`${next.ip}:8080/`), "hello from next-pod, version 2\n");
    assert.equal(await curl(`${hello.ip}:8080/healthz`), "ok\n");
    assert.match(await curl(`${hello.ip}:8080/metrics`), /^hello_requests_total 3$/m);
  });

  await t.test("hello answers others while it burns processor time", async () => {
    const both = `curl -s ${hello.ip}:8080/burn?ms=1500 & curl -s ${hello.ip}:8080/healthz; wait`;
    assert.equal(await run(both), "ok\nburned 1500 ms on hello-pod\n");
    assert.equal(await curl(`${hello.ip}:8080/burn?ms=x`), "ms must be 0 to 10000\n");
  });

  await t.test("flasksklearn predicts", async () => {
    assert.match(await curl(`${sklearn.ip}/`), /Sklearn Prediction Home/);
    const house = `'{"RM":{"0":6.575},"LSTAT":{"0":4.98}}'`;
    assert.equal(await curl(`-d ${house} ${sklearn.ip}/predict`), '{"prediction":[40.195400]}\n');
  });

  await t.test("hello serves on while it is being stopped, and ends well", async () => {
    const { containers } = node.runtime;
    const stopping = containers.stop(hello.id, 30, node.signal);
    assert.match(await run(`sleep 1; curl -sS ${hello.ip}:8080/`), /^hello from/);
    await stopping;
    const status = await containers.find(hello.id, node.signal);
    assert.deepEqual([status?.exitCode, status?.reason], [0, "Completed"]);
    assert.match(readFileSync(status?.logPath ?? "", "utf8"), /stderr F ended after \d+ requests/);
  });

  await t.test("the toolbox has what one looks for", async () => {
    assert.match(await run("curl --version"), /^curl /);
    assert.match(await run("tar c /etc/passwd 2>/dev/null | tar t"), /^etc\/passwd$/m);
    assert.match(await run("nslookup --help 2>&1"), /Usage: nslookup/);
  });
});

async function start(
  { runtime, directory, cgroup, signal }: ContainerdNode,
  name: string,
  image: string,
  command: readonly string[] = [],
): Promise<{ readonly id: string; readonly ip: string }> {
  const logDirectory = `${directory}/logs/${name}`;
  mkdirSync(logDirectory, { recursive: true });
  const metadata = { name, uid: `uid-${name}`, namespace: "default", attempt: 0 };
  const base = sandboxConfigOf({ metadata, hostname: name, logDirectory });
  const sandbox = { ...base, linux: { ...base.linux, cgroupParent: `${cgroup}/${name}` } };
  const sandboxId = await runtime.sandboxes.run(sandbox, "", signal);
  const spec = { image, userSpecifiedImage: image };
  const envs = [{ key: "HOSTNAME", value: name }];
  const config = containerConfigOf({ image: spec, command, envs });
  const id = await runtime.containers.create(sandboxId, config, sandbox, signal);
  await runtime.containers.start(id, signal);
  const ip = (await runtime.sandboxes.find(sandboxId, signal))?.ips[0] ?? "";
  return { id, ip };
}
