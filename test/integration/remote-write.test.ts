import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { compressSnappy } from "#base";
import { encodeWriteRequest, type OutgoingSeries } from "#remote";
import { labelsOf } from "#series";
import { freePort, missingProgram, startPrometheus } from "../e2e/prometheus.ts";

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
    const acknowledged = new Map<string, number>();
    const startMs = Date.now() - 600_000;
    let step = 0;
    for (let round = 0; round < killRounds; round++) {
      await using server = await startPrometheus("global: {}", [
        ...receives,
        `--storage.tsdb.path=${directory}/data`,
      ]);
      await assertStored(server.url, acknowledged);
      const killed = once(server.process, "exit");
      setTimeout(() => server.process.kill("SIGKILL"), 300 + 150 * round);
      while (await writeLanes(server.url, startMs + step++, acknowledged));
      await killed;
    }
    await using server = await startPrometheus("global: {}", [
      ...receives,
      `--storage.tsdb.path=${directory}/data`,
    ]);
    await assertStored(server.url, acknowledged);
    t.diagnostic(`${step} times 4 writes of ${seriesPerWrite} series, ${killRounds} kills`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

/** Writes to all lanes at once and notes which were acknowledged; whether all were. */
async function writeLanes(
  url: string,
  timeMs: number,
  acknowledged: Map<string, number>,
): Promise<boolean> {
  const taken = await Promise.all([0, 1, 2, 3].map((lane) => written(url, lane, timeMs)));
  for (const [lane, isTaken] of taken.entries()) if (isTaken) acknowledged.set(`w${lane}`, timeMs);
  return taken.every(Boolean);
}

/** Writes one sample to each of a lane's series; whether it was acknowledged. */
async function written(url: string, lane: number, timeMs: number): Promise<boolean> {
  const series = Array.from(
    { length: seriesPerWrite },
    (_, index): OutgoingSeries => ({
      labels: labelsOf([
        ["__name__", `w${lane}`],
        ["n", String(index)],
      ]),
      floats: {
        count: 1,
        timestampsMs: Float64Array.of(timeMs),
        values: Float64Array.of(timeMs),
        startTimestampsMs: Float64Array.of(0),
      },
      histograms: [],
      exemplars: [],
      metadata: undefined,
    }),
  );
  const body = compressSnappy(encodeWriteRequest(series, "prometheus.WriteRequest"));
  const headers = { "content-encoding": "snappy", "content-type": "application/x-protobuf" };
  return fetch(`${url}/api/v1/write`, { method: "POST", body: new Uint8Array(body), headers }).then(
    ({ status }) => status === 204,
    () => false,
  );
}

/** Every series of a lane has the lane's last acknowledged sample, or a later one. */
async function assertStored(url: string, acknowledged: ReadonlyMap<string, number>): Promise<void> {
  for (const [name, timeMs] of acknowledged) {
    const newest = await ask(url, `count(last_over_time(${name}[30m]) >= ${timeMs})`);
    assert.equal(newest?.[1], String(seriesPerWrite), `${name} at ${timeMs}`);
  }
}

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
