/** A cluster of its own for one test file: the built program, a temporary directory, a free port. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

const root = path.resolve(import.meta.dirname, "../..");
const bin = path.join(root, "dist/bin.js");

/** Why tests with the real kubectl cannot run here; undefined when they can. */
export function missingKubectl(): string | undefined {
  if (!existsSync(bin)) return "the program is not built: ./wherry version builds it";
  return existsSync(kubectlPath) ? undefined : "kubectl is not there: ./wherry test fetches it";
}

/** Why tests with real containers cannot run here; undefined when they can. */
export function missingForContainers(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  if (!existsSync("/usr/bin/containerd")) return "needs containerd";
  return missingKubectl();
}

/** The kubectl that the tests use unless they say which. */
export const kubectlPath =
  process.env["WHERRY_KUBECTL"] ?? path.join(root, ".cache/clients/kubectl/kubectl");
const helmPath = process.env["WHERRY_HELM"] ?? path.join(root, ".cache/clients/helm/helm");

/** How a program ended and what it said. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TestCluster extends AsyncDisposable {
  readonly directory: string;
  readonly kubeconfig: string;
  /** Makes any client program speak with this cluster. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs our own command line for this cluster. */
  wherry(...words: readonly string[]): Promise<Ended>;
  /** The arguments of Node.js that run our own command line for this cluster. */
  commandLine(...words: readonly string[]): readonly string[];
  /** Runs kubectl and gives its output; throws with its error output when it fails. */
  kubectl(...words: readonly string[]): Promise<string>;
  /** Runs kubectl with something on its standard input. */
  kubectlWith(input: string, ...words: readonly string[]): Promise<string>;
  /** Runs kubectl, whatever comes of it. */
  tryKubectl(...words: readonly string[]): Promise<Ended>;
  helm(...words: readonly string[]): Promise<string>;
  /** Runs kubectl until its output fits, and gives that output. */
  eventually(words: readonly string[], fits: (output: string) => boolean): Promise<string>;
}

const patienceMs = 60_000;
const pollMs = 200;

/** Brings up a cluster with these flags of `up`. Disposing of it removes it. */
export async function bringUpCluster(...upFlags: readonly string[]): Promise<TestCluster> {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-"));
  const name = path.basename(directory).toLowerCase();
  const kubeconfig = path.join(directory, "person/config");
  const place = ["--name", name, "--data-dir", `${directory}/data`, "--kubeconfig", kubeconfig];
  const env = { KUBECONFIG: kubeconfig, HOME: directory };
  const wherry = (...words: readonly string[]) =>
    run(process.execPath, [bin, ...place, ...words], { env });
  const tryKubectl = (...words: readonly string[]) => run(kubectlPath, words, { env });
  const kubectl = async (...words: readonly string[]) =>
    outputOf("kubectl", words, await tryKubectl(...words));
  const cluster: TestCluster = {
    directory: `${directory}/data`,
    kubeconfig,
    env,
    wherry,
    commandLine: (...words) => [bin, ...place, ...words],
    kubectl,
    tryKubectl,
    kubectlWith: async (input, ...words) =>
      outputOf("kubectl", words, await run(kubectlPath, words, { env, input })),
    helm: async (...words) => outputOf("helm", words, await run(helmPath, words, { env })),
    eventually: (words, fits) => eventually(() => tryKubectl(...words), fits),
    async [Symbol.asyncDispose]() {
      const down = await wherry("down", "--purge");
      if (down.status !== 0) throw new Error(`down: ${down.stderr}`);
      rmSync(directory, { recursive: true, force: true });
    },
  };
  const up = await wherry("up", "--port", "0", ...upFlags);
  if (up.status === 0) return cluster;
  const logs = await wherry("logs", "--tail", "50");
  await cluster[Symbol.asyncDispose]();
  throw new Error(`up: ${up.stderr}\n${logs.stdout}`);
}

/** Loads example images into every node; builds them when they are not there. */
export async function loadExamples(cluster: TestCluster, names: readonly string[]): Promise<void> {
  const directory = path.join(root, "examples/images");
  const absent = names.filter((name) => !existsSync(`${directory}/${name}.tar`));
  if (absent.length > 0) {
    const words = [path.join(root, "examples/build-images.ts"), ...absent];
    outputOf("building images", words, await run(process.execPath, words));
  }
  for (const name of names) {
    const words = ["image", "load", `${directory}/${name}.tar`];
    outputOf("wherry", words, await cluster.wherry(...words));
  }
}

/** What a program printed; throws with its error output when it failed. */
export function outputOf(program: string, words: readonly string[], ended: Ended): string {
  if (ended.status === 0) return ended.stdout;
  throw new Error(
    `${program} ${words.join(" ")} (${ended.status}): ${ended.stderr}${ended.stdout}`,
  );
}

/** Asks until it succeeds with an output that fits, and gives that output. */
export async function eventually(
  ask: () => Promise<Ended>,
  fits: (output: string) => boolean,
): Promise<string> {
  const endMs = performance.now() + patienceMs;
  while (true) {
    const ended = await ask();
    if (ended.status === 0 && fits(ended.stdout)) return ended.stdout;
    if (performance.now() > endMs) {
      throw new Error(`never fitted; at last: ${ended.stdout}${ended.stderr}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? -1, stdout, stderr }));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}
