/** The kubectls that the tests can speak with, and programs that go on while a test looks at them. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { kubectlPath } from "./cluster.ts";

export interface KubectlProgram {
  /** `kubectl`, or `kubectl.1.27` of an older one beside it. */
  readonly name: string;
  readonly program: string;
}

/** The kubectl of all tests, and the oldest and the newest of the older ones that this machine has. */
export function kubectlPrograms(): readonly KubectlProgram[] {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/lib/google-cloud-sdk/bin"];
  const older = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder).map((name) => ({ name, program: `${folder}/${name}` })),
    )
    .filter(({ name }) => /^kubectl\.1\.\d+$/.test(name))
    .toSorted((left, right) => minorOf(left.name) - minorOf(right.name));
  const ends = [older.at(0), older.at(-1)].filter((found) => found !== undefined);
  const unique = new Map([...ends].map((found) => [found.name, found]));
  return [{ name: path.basename(kubectlPath), program: kubectlPath }, ...unique.values()];
}

function minorOf(name: string): number {
  return Number(name.split(".").at(-1));
}

/** A program that runs until the test has seen enough. Disposing of it ends it. */
export interface Followed extends AsyncDisposable {
  /** Gives what it has printed once that fits. */
  until(fits: (output: string) => boolean): Promise<string>;
  write(text: string): void;
}

const patienceMs = 30_000;

/** Starts a program and reads along. */
export function follow(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Followed {
  const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: "pipe" });
  let output = "";
  const read = (text: string) => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", read);
  child.stderr.setEncoding("utf8").on("data", read);
  child.stdin.on("error", () => {});
  return {
    until: (fits) => untilOutput(child, () => output, fits),
    write: (text) => child.stdin.write(text),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function untilOutput(
  child: ChildProcess,
  output: () => string,
  fits: (output: string) => boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (isLast: boolean) => {
      const fitted = fits(output());
      if (!fitted && !isLast) return;
      clearTimeout(timer);
      child.stdout?.off("data", onData);
      child.off("close", onClose);
      if (fitted) resolve(output());
      else reject(new Error(`never fitted; at last: ${output()}`));
    };
    const onData = () => look(false);
    const onClose = () => look(true);
    const timer = setTimeout(onClose, patienceMs);
    child.stdout?.on("data", onData);
    child.on("close", onClose);
    look(false);
  });
}
