import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { freePort, missingProgram, startPrometheus } from "../e2e/prometheus.ts";
import { WriteLanes } from "./write-lanes.ts";

const skip = missingProgram() ?? false;
const skipPeer = skip === false && !existsSync("/usr/bin/prometheus") ? "needs prometheus" : skip;
const receives = ["--web.enable-remote-write-receiver"];
const killRounds = 6;
const seriesPerWrite = 50;

test("the real Prometheus takes what we send, and so do we, in both versions", {
  skip: skipPeer,
}, async () => {
  await using peer = await startPeer();
  await using other = await startPrometheus("global: {}", receives);
  await using sender = await startPrometheus(`
global: {scrape_interval: 1s, external_labels: {site: a}}
scrape_configs:
  - job_name: self
    static_configs: [{targets: ["{{self}}"]}]
remote_write:
  - {url: "${peer.url}/api/v1/write", queue_config: {batch_send_deadline: 1s}}
  - url: "${other.url}/api/v1/write"
    protobuf_message: io.prometheus.write.v2.Request
    queue_config: {batch_send_deadline: 1s}
`);
  const all = 'count({site="a"})';
  await other.eventually(all, ([item]) => Number(item?.value[1]) > 50);
  await until(async () => Number((await ask(peer.url, all))?.[1]) > 50);
  const failed = await sender.query("sum(prometheus_remote_storage_samples_failed_total)");
  assert.deepEqual(
    failed.map(({ value }) => value[1]).filter((text) => text !== "0"),
    [],
  );
});

test("kill -9 while writes come in loses nothing that was acknowledged", { skip }, async (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-remote-"));
  try {
    const lanes = new WriteLanes(seriesPerWrite);
    for (let round = 0; round < killRounds; round++) {
      await using server = await startPrometheus("global: {}", [
        ...receives,
        `--storage.tsdb.path=${directory}/data`,
      ]);
      await lanes.assertStored(server.url);
      const killed = once(server.process, "exit");
      setTimeout(() => server.process.kill("SIGKILL"), 300 + 150 * round);
      while ((await lanes.write(server.url)).every((status) => status === 204));
      await killed;
    }
    await using server = await startPrometheus("global: {}", [
      ...receives,
      `--storage.tsdb.path=${directory}/data`,
    ]);
    await lanes.assertStored(server.url);
    t.diagnostic(`${lanes.rounds} times 4 writes of ${seriesPerWrite} series, ${killRounds} kills`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

async function ask(url: string, expr: string): Promise<readonly [number, string] | undefined> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr })}`);
  const answer = (await response.json()) as {
    readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  };
  return answer.data.result[0]?.value;
}

/** The real Prometheus, which takes in remote write. */
async function startPeer(): Promise<{ readonly url: string } & AsyncDisposable> {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-peer-"));
  writeFileSync(path.join(directory, "prometheus.yml"), "global: {}\n");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const words = [
    `--config.file=${directory}/prometheus.yml`,
    `--storage.tsdb.path=${directory}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    ...receives,
  ];
  const child = spawn("/usr/bin/prometheus", words, { stdio: "ignore" });
  const exited = once(child, "exit");
  await until(() =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error("it never became so");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
