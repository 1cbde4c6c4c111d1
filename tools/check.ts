/**
 * Every net over the tree, two at a time, with the time each took: what must hold at every commit.
 * `npm run check` runs it; so does `./wherry test` before anything else.
 */
import { spawn } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { addCounts, noTests, readTestOutput, type TestCounts } from "./test-output.ts";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

const unitTests = ["src/**/*.test.ts", "tools/**/*.test.ts"];
const scenarios = ["test/scenarios/*.test.ts"];

// Ordered longest first, so that two lanes end together.
const steps: readonly Step[] = [
  { name: "tests", command: testCommand(unitTests) },
  { name: "scenarios", command: testCommand(scenarios) },
  { name: "types", command: typesCommand("tsconfig.json") },
  { name: "pure", command: typesCommand("tsconfig.pure.json") },
  { name: "pages", command: ["tsc", "-p", "tsconfig.dashboard.json"] },
  { name: "lint", command: ["oxlint"] },
  { name: "dead", command: ["knip", "--no-progress"] },
  { name: "format", command: ["biome", "format"] },
  { name: "tidy", command: ["node", "tools/tidy.ts"] },
];

const lanes = 2;

/** The steps that are tests: they count themselves. */
export const testSteps: ReadonlySet<string> = new Set(["tests", "scenarios"]);

/** All files in one process: what they load is loaded once. */
function testCommand(patterns: readonly string[]): readonly string[] {
  const options = ["--test", "--test-reporter=spec", "--test-isolation=none"];
  return ["node", ...options, ...globSync([...patterns]).sort()];
}

/** Looks again only at what has changed since the last time, and at what depends on it. */
function typesCommand(project: string): readonly string[] {
  const known = `.cache/${project}.tsbuildinfo`;
  return ["tsc", "-p", project, "--incremental", "--tsBuildInfoFile", known];
}

/** Sources need not be stripped of their types and compiled anew by each process that loads them. */
export const compiledCode = {
  NODE_COMPILE_CACHE: path.resolve(import.meta.dirname, "../.cache/compiled"),
} as const;

interface Outcome {
  readonly step: Step;
  readonly passed: boolean;
  readonly output: string;
  readonly elapsedMs: number;
}

function run(step: Step): Promise<Outcome> {
  const startedMs = performance.now();
  const [program = "", ...args] = step.command;
  const programs = `${process.cwd()}/node_modules/.bin:${process.env["PATH"] ?? ""}`;
  return new Promise((resolve) => {
    const chunks: string[] = [];
    const child = spawn(program, args, {
      env: { ...process.env, ...compiledCode, PATH: programs },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = (passed: boolean) =>
      resolve({ step, passed, output: chunks.join(""), elapsedMs: performance.now() - startedMs });
    child.stdout.setEncoding("utf8").on("data", (text: string) => chunks.push(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => chunks.push(text));
    child.on("error", (error) => {
      chunks.push(String(error));
      end(false);
    });
    child.on("close", (code) => end(code === 0));
  });
}

function report(outcome: Outcome): void {
  const seconds = (outcome.elapsedMs / 1000).toFixed(1);
  console.log(`${outcome.passed ? "ok  " : "FAIL"} ${outcome.step.name.padEnd(9)} ${seconds} s`);
  if (outcome.passed) return;
  const isTests = testSteps.has(outcome.step.name);
  console.log(isTests ? failuresOf(outcome.output) : outcome.output.slice(0, 20_000));
}

/** The part of a test run's output that tells what failed; all of it when that is not there. */
function failuresOf(output: string): string {
  const start = output.indexOf("failing tests:");
  return start < 0 ? output.slice(-20_000) : output.slice(start, start + 20_000);
}

/** What `check` found: the steps that failed, and how the unit tests went. */
export interface CheckResult {
  readonly failed: readonly string[];
  readonly tests: TestCounts;
}

/** Runs every step and prints how each went. */
export async function check(): Promise<CheckResult> {
  if (!existsSync("node_modules/.bin/tsc")) throw new Error("node_modules is missing: npm ci");
  const startedMs = performance.now();
  const waiting = [...steps];
  const outcomes: Outcome[] = [];
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const outcome = await run(step);
      outcomes.push(outcome);
      report(outcome);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const failed = outcomes.filter((outcome) => !outcome.passed).map(({ step }) => step.name);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(failed.length === 0 ? `all green, ${seconds} s` : `failed: ${failed.join(", ")}`);
  const tests = outcomes.filter(({ step }) => testSteps.has(step.name));
  const counts = tests.map(({ output }) => readTestOutput(output));
  return { failed, tests: counts.reduce(addCounts, noTests) };
}

if (import.meta.main) {
  const { failed } = await check();
  process.exitCode = failed.length === 0 ? 0 : 1;
}
