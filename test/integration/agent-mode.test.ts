/** Our agent beside the real one: what they send, and one directory that both use in turn. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { compressSnappy } from "#base";
import { realDisk, realZstd } from "#host";
import { encodeWriteRequest } from "#remote";
import { formatSeries, labelsOf } from "#series";
import { readWal, type WalRecord } from "#tsdb";
import { freePort, missingProgram, startPrometheus } from "../e2e/prometheus.ts";
import {
  prometheusMissing,
  serveMetrics,
  startPrometheus as startReal,
} from "./real-prometheus.ts";

const skip = missingProgram() ?? false;
const skipBeside = skip === false ? prometheusMissing : skip;
const killRounds = 4;
const perWrite = 20;
/** Checkpoints are written while samples come in. */
const truncateOften = "--storage.agent.wal-truncate-frequency=200ms";

test("what our agent scrapes gets to the real Prometheus and to ours", {
  skip: skipBeside,
}, async () => {
  await using folder = openFolder();
  const receiverFile = folder.write("receiver.yml", "global: {}\n");
  const takesIn = ["--web.enable-remote-write-receiver"];
  await using real = await startReal(`${folder.path}/real`, receiverFile, takesIn);
  await using ours = await startPrometheus("global: {}", takesIn);
  let scrapes = 0;
  await using target = await serveMetrics(
    () => `# TYPE scrapes unknown\nscrapes ${++scrapes}\n# EOF\n`,
  );
  const config = `
global: {scrape_interval: 200ms, scrape_timeout: 200ms, external_labels: {site: a}}
scrape_configs: [{job_name: t, static_configs: [{targets: ["${target.address}"]}]}]
remote_write:
  - {url: "${real.url}/api/v1/write", queue_config: {batch_send_deadline: 200ms}}
  - url: "${ours.url}/api/v1/write"
    protobuf_message: io.prometheus.write.v2.Request
    queue_config: {batch_send_deadline: 200ms}
`;
  {
    await using agent = await startPrometheus(config, ["--agent"]);
    await ours.eventually('scrapes{site="a"}', ([item]) => Number(item?.value[1]) > 10);
    await assert.rejects(agent.query("up"), { message: "up: unavailable with Prometheus Agent" });
  }
  // Each scrape tells its number, so what arrived has as many samples as the last one says. The very
  // last scrape may have been under way when the agent was stopped.
  const gaps = 'last_over_time(scrapes{site="a"}[5m]) - count_over_time(scrapes{site="a"}[5m])';
  const [own] = await ours.query(gaps);
  const answer = (await real.query("/api/v1/query", { query: gaps })) as {
    readonly result: readonly { readonly value: readonly [number, string] }[];
  };
  assert.deepEqual([own?.value[1], answer.result[0]?.value[1]], ["0", "0"]);
  const [count] = await ours.query('count_over_time(scrapes{site="a"}[5m])');
  assert.ok(Number(count?.value[1]) >= scrapes - 1);
});

test("the real agent and ours use a directory in turn, stopped or killed", {
  skip: skipBeside,
}, async (t) => {
  await using folder = openFolder();
  await using receiver = await startPrometheus("global: {}", [
    "--web.enable-remote-write-receiver",
  ]);
  let scrapes = 0;
  await using target = await serveMetrics(
    () => `# TYPE scrapes unknown\nscrapes ${++scrapes}\n# EOF\n`,
  );
  const config = `
global: {scrape_interval: 200ms, scrape_timeout: 200ms}
scrape_configs: [{job_name: t, static_configs: [{targets: ["${target.address}"]}]}]
remote_write: [{url: "${receiver.url}/api/v1/write", queue_config: {batch_send_deadline: 200ms}}]
`;
  const data = `${folder.path}/data`;
  const file = folder.write("agent.yml", config);
  for (const end of ["SIGKILL", "SIGTERM"] as const) {
    for (const whose of ["ours", "real"] as const) {
      const from = scrapes;
      const runOf = whose === "ours" ? runOurs : runReal;
      const isSent = async () => {
        const [item] = await receiver.query("scrapes");
        return Number(item?.value[1] ?? 0) > from + 3;
      };
      const said = await runOf({ config, file, data, end }, isSent);
      assert.doesNotMatch(said, /damaged|repair|corrupt|non-existing/i, `${whose}, ${end}`);
    }
  }
  const { series, values } = await readLog(data);
  const names = [...series.values()];
  assert.equal(new Set(names).size, names.length, "no series got a second reference");
  const numbers = (values.get("scrapes") ?? []).map(Number);
  assert.deepEqual(
    numbers.filter((value) => !Number.isNaN(value)),
    [...new Set(numbers)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b),
  );
  const hasCheckpoint = (await realDisk.listDirectory(`${data}/wal`)).some((name) =>
    name.startsWith("checkpoint."),
  );
  assert.ok(hasCheckpoint);
  t.diagnostic(`${scrapes} scrapes, ${numbers.length} samples in the log of four runs`);
});

test("kill -9 takes nothing from an agent's log that was acknowledged", { skip }, async (t) => {
  await using folder = openFolder();
  const data = `${folder.path}/data`;
  const flags = [
    "--agent",
    "--web.enable-remote-write-receiver",
    `--storage.agent.path=${data}`,
    "--storage.agent.wal-compression-type=zstd",
    truncateOften,
  ];
  const acknowledged: number[] = [];
  const startMs = Date.now();
  let step = 0;
  for (let round = 0; round < killRounds; round++) {
    await using agent = await startPrometheus("global: {}", flags);
    const killed = once(agent.process, "exit");
    setTimeout(() => agent.process.kill("SIGKILL"), 300 + 100 * round);
    while (await written(agent.url, startMs + step)) acknowledged.push(startMs + step++);
    await killed;
    step++;
  }
  // It starts on what the last kill has left, and the log is whole.
  {
    await using agent = await startPrometheus("global: {}", flags);
    assert.doesNotMatch(agent.log(), /non-existing/);
  }
  const { values, damage } = await readLog(data);
  assert.equal(damage, undefined);
  for (let index = 0; index < perWrite; index++) {
    const logged = new Set(values.get(`w{n="${index}"}`));
    const missing = acknowledged.filter((timeMs) => !logged.has(String(timeMs)));
    assert.deepEqual(missing, [], `series ${index}`);
  }
  t.diagnostic(`${acknowledged.length} writes of ${perWrite} series, ${killRounds} kills`);
});

interface AgentRun {
  readonly config: string;
  readonly file: string;
  readonly data: string;
  readonly end: "SIGKILL" | "SIGTERM";
}

/** Runs our agent until something is so, and gives what it has said. */
async function runOurs(run: AgentRun, isSo: () => Promise<boolean>): Promise<string> {
  const flags = ["--agent", `--storage.agent.path=${run.data}`, truncateOften];
  const agent = await startPrometheus(run.config, flags);
  await using _agent = agent;
  await until(isSo);
  const exited = once(agent.process, "exit");
  agent.process.kill(run.end);
  await exited;
  return agent.log();
}

async function runReal(run: AgentRun, isSo: () => Promise<boolean>): Promise<string> {
  const port = await freePort();
  const words = [
    "--enable-feature=agent",
    `--config.file=${run.file}`,
    `--storage.agent.path=${run.data}`,
    `--web.listen-address=127.0.0.1:${port}`,
    truncateOften,
  ];
  const child = spawn("/usr/bin/prometheus", words, { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(child, "exit");
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  try {
    await until(isSo);
  } finally {
    child.kill(run.end);
    await exited;
  }
  // Either program tells that the other, killed, has left its file behind.
  return said.replaceAll(/.*lockfile.*/g, "");
}

interface LogContent {
  /** Names of series by reference. */
  readonly series: ReadonlyMap<number, string>;
  /** Values by name, in the log's order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly damage: unknown;
}

/** What lies in the segments of an agent's log. */
async function readLog(data: string): Promise<LogContent> {
  const series = new Map<number, string>();
  const values = new Map<string, string[]>();
  const take = (record: WalRecord) => {
    if (record.kind === "series") {
      for (const { ref, labels } of record.series) {
        const named = labels.filter((_, at) => !["job", "instance"].includes(nameAt(labels, at)));
        series.set(ref, formatSeries(named));
      }
    } else if (record.kind === "samples") {
      for (let row = 0; row < record.samples.count; row++) {
        const name = series.get(record.samples.refs[row] ?? 0) ?? "nobody";
        values.set(name, [...(values.get(name) ?? []), String(record.samples.values[row])]);
      }
    }
  };
  const deps = { disk: realDisk, zstd: realZstd };
  const wal = `${data}/wal`;
  for (const name of (await realDisk.listDirectory(wal)).filter((one) => one.includes("."))) {
    await readWal(deps, `${wal}/${name}`, {}, (records) => records.forEach(take));
  }
  const damage = await readWal(deps, wal, {}, (records) => records.forEach(take));
  return { series, values, damage };
}

/** The label name that the text at an index of labels is, or belongs to. */
function nameAt(labels: readonly string[], at: number): string {
  return labels[at - (at % 2)] ?? "";
}

/** Writes one sample to each series, its time as its value; whether it was acknowledged. */
async function written(url: string, timeMs: number): Promise<boolean> {
  const series = Array.from({ length: perWrite }, (_, index) => ({
    labels: labelsOf([
      ["__name__", "w"],
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
  }));
  const body = compressSnappy(encodeWriteRequest(series, "prometheus.WriteRequest"));
  const headers = { "content-encoding": "snappy", "content-type": "application/x-protobuf" };
  return fetch(`${url}/api/v1/write`, { method: "POST", body: new Uint8Array(body), headers }).then(
    ({ status }) => status === 204,
    () => false,
  );
}

function openFolder() {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-agent-mode-"));
  return {
    path: directory,
    write(name: string, text: string): string {
      const file = path.join(directory, name);
      writeFileSync(file, text);
      return file;
    },
    [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error("it never became so");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
