/** Processes of the exercise: those whose clock is stepped, and those that know no time. */
import { type ChildProcess, execFile, fork, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const root = path.resolve(import.meta.dirname, "../../..");
const bin = path.join(root, "src/main/bin.ts");
const stepped = path.join(import.meta.dirname, "stepped-program.ts");
const run = promisify(execFile);

/** A command of the program as a user types it; gives what it prints. */
export async function wherry(...words: readonly string[]): Promise<string> {
  return (await run(process.execPath, [bin, ...words], { maxBuffer: 2 ** 26 })).stdout;
}

export class SteppedProgram implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;
  #log = "";
  #reached = () => {};
  #failed = () => {};

  /** Starts a command that serves on a port; `ready` is the path that answers when it does. */
  static async start(
    startMs: number,
    words: readonly string[],
    port: number,
  ): Promise<SteppedProgram> {
    const all = [...words, `--web.listen-address=127.0.0.1:${port}`];
    const child = fork(stepped, [String(startMs), ...all], { silent: true });
    const program = new SteppedProgram(child, `http://127.0.0.1:${port}`);
    await program.#ready();
    return program;
  }

  private constructor(child: ChildProcess, url: string) {
    this.url = url;
    this.#child = child;
    child.on("message", () => this.#reached());
    child.on("exit", () => this.#failed());
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log += text;
      });
    }
  }

  /** Everything that it has said. */
  get log(): string {
    return this.#log;
  }

  /** Lets time pass; resolves when all that was due then is done. */
  async advanceTo(untilMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#reached = resolve;
    this.#failed = () => reject(new Error(`it has ended:\n${this.#log}`));
    this.#child.send(untilMs);
    await promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stop(this.#child);
  }

  async #ready(): Promise<void> {
    while (!(await isOk(`${this.url}/-/ready`))) {
      if (this.#child.exitCode !== null) throw new Error(`it has ended:\n${this.#log}`);
      await delay(20);
    }
  }
}

/** A random target whose calls are those of a minute between two scrapes. */
export class RandomTarget implements AsyncDisposable {
  readonly address: string;
  readonly #child: ChildProcess;

  static async start(port: number, options: readonly string[]): Promise<RandomTarget> {
    const address = `127.0.0.1:${port}`;
    const program = path.join(root, "examples/random/random.ts");
    const words = [program, `--listen-address=${address}`, "--seconds-per-scrape=60", ...options];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    return new RandomTarget(child, address);
  }

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  /** Every call takes so much longer from now on. */
  async slowDown(seconds: number): Promise<void> {
    const answer = await fetch(`http://${this.address}/slower?seconds=${seconds}`, {
      method: "POST",
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stop(this.#child);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
