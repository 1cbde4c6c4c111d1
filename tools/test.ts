/**
 * `./wherry test`: everything, in the order in which a failure is cheapest to find. What cannot run
 * on this machine is skipped, and the summary says what and why.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { ensureClientProgram } from "#cli";
import { describeError } from "#base";
import { realDisk, realProcesses } from "#host";
import { check, compiledCode, testSteps } from "./check.ts";
import { addCounts, noTests, readTestOutput, type TestCounts } from "./test-output.ts";

/**
 * What runs after the checks, and how long each may take. All of it has to fit into 35 minutes; a
 * suite that hangs must not eat the others' time.
 */
const suites = [
  { name: "integration", minutesMax: 11 },
  { name: "e2e", minutesMax: 17 },
] as const;

interface Row {
  readonly name: string;
  readonly counts: TestCounts;
  readonly seconds: number;
}

async function main(): Promise<void> {
  const rows: Row[] = [];
  const checked = await timed("check", async () => {
    const result = await check();
    // A net that fails is a failed test, except those that are tests and count themselves.
    const nets = result.failed.filter((name) => !testSteps.has(name)).length;
    return addCounts(result.tests, { ...noTests, failed: nets });
  });
  rows.push(checked);
  const clients = await fetchClients();
  for (const suite of suites) {
    rows.push(await timed(suite.name, () => runSuite(suite, clients)));
  }
  summarize(rows);
}

async function timed(name: string, run: () => Promise<TestCounts>): Promise<Row> {
  const startedMs = performance.now();
  const counts = await run();
  return { name, counts, seconds: (performance.now() - startedMs) / 1000 };
}

/** Environment variables that name the real kubectl and Helm; empty when they cannot be had. */
async function fetchClients(): Promise<Readonly<Record<string, string>>> {
  const deps = {
    disk: realDisk,
    processes: realProcesses,
    note: (line: string) => console.log(line),
  };
  const cache = `${process.cwd()}/.cache/clients`;
  try {
    return {
      WHERRY_KUBECTL: await ensureClientProgram(deps, cache, "kubectl"),
      WHERRY_HELM: await ensureClientProgram(deps, cache, "helm"),
    };
  } catch (error) {
    // The tests that need them skip and say so; the rest is worth running.
    console.log(`kubectl and helm are not there: ${describeError(error)}`);
    return {};
  }
}

/** Runs the files of one suite, each in a process of its own, one after another. */
function runSuite(
  { name, minutesMax }: (typeof suites)[number],
  env: Readonly<Record<string, string>>,
): Promise<TestCounts> {
  const files = globSync(`test/${name}/*.test.ts`).sort();
  if (files.length === 0) return Promise.resolve(noTests);
  console.log(`\n${name}`);
  const options = ["--test", "--test-concurrency=1", "--test-reporter=spec"];
  return new Promise((resolve, reject) => {
    const chunks: string[] = [];
    const child = spawn(process.execPath, [...options, ...files], {
      env: { ...process.env, ...compiledCode, ...env },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: minutesMax * 60_000,
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      chunks.push(text);
      process.stdout.write(text);
    });
    child.on("error", reject);
    child.on("close", (status) => {
      const counts = readTestOutput(chunks.join(""));
      // A runner that was killed or broke down reports nothing itself.
      const isBroken = status !== 0 && counts.failed === 0;
      resolve(isBroken ? { ...counts, failed: 1 } : counts);
    });
  });
}

function summarize(rows: readonly Row[]): void {
  const total = rows.map((row) => row.counts).reduce(addCounts, noTests);
  console.log("\npart          passed  failed  skipped    time");
  for (const { name, counts, seconds } of rows) {
    const cells = [counts.passed, counts.failed, counts.skipped].map((count) =>
      String(count).padStart(8),
    );
    console.log(`${name.padEnd(12)}${cells.join("")}${`${seconds.toFixed(0)} s`.padStart(9)}`);
  }
  for (const [reason, times] of total.skipReasons) console.log(`skipped ${times}: ${reason}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

await main();
