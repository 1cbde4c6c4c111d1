/** A command line against nothing: what it prints, notes and is asked to run can be looked at. */
import type { Disk } from "#base";
import { promisesSettled, seededRandom } from "#base/testing";
import type { CommandContext, Roles } from "./command.ts";

export interface Screen {
  readonly context: CommandContext;
  /** Lines of output, and lines of error output after `! `. */
  readonly lines: string[];
}

export function screenOf(files: Readonly<Record<string, string>> = {}): Screen {
  const lines: string[] = [];
  const refuse = () => Promise.reject(new Error("not in this test"));
  const roles: Roles = {
    supervise: refuse,
    server: refuse,
    agent: refuse,
    monitor: refuse,
    prometheus: refuse,
    alertmanager: refuse,
    promtool: refuse,
    checkOnCall: refuse,
    openHistory: refuse,
    loadImages: refuse,
    listImages: refuse,
    sweep: refuse,
  };
  const context: CommandContext = {
    disk: readOnlyDisk(files),
    processes: {
      run: refuse,
      spawn: refuse,
      isRunning: () => false,
      findIdentity: () => undefined,
      signal: () => {},
    },
    clock: {
      nowMs: () => 0,
      elapsedMs: () => 0,
      schedule: () => ({ [Symbol.dispose]: () => {} }),
    },
    connector: { open: refuse },
    settled: promisesSettled,
    packing: { gzip: refuse, gunzip: refuse },
    random: seededRandom(1),
    sockets: { listenTcp: refuse },
    surroundings: {
      env: {},
      homeDirectory: "/home/me",
      workingDirectory: "/home/me",
      isRoot: false,
      platform: "linux/x64",
      hostname: "machine",
      version: "1.2.3",
      self: ["node", "bin.js"],
    },
    terminal: {
      print: (line) => lines.push(...line.split("\n")),
      write: async (bytes) => {
        lines.push(...new TextDecoder().decode(bytes).split("\n"));
      },
      note: (line) => lines.push(`! ${line}`),
      columns: () => undefined,
      isInteractive: () => false,
      ask: refuse,
      readInput: refuse,
      openInput: async function* () {},
      writeError: async () => {},
      makeRaw: () => ({ [Symbol.dispose]: () => {} }),
      sizes: async function* () {},
    },
    signal: new AbortController().signal,
    connect: refuse,
    runForeground: async (program, args, env) => {
      lines.push(
        [...Object.entries(env).map((pair) => pair.join("=")), program, ...args].join(" "),
      );
      return 3;
    },
    roles,
  };
  return { context, lines };
}

function readOnlyDisk(files: Readonly<Record<string, string>>): Disk {
  const find = (path: string) =>
    Object.hasOwn(files, path) ? new TextEncoder().encode(files[path]) : undefined;
  const partial: Partial<Disk> = {
    findFile: async (path) => find(path),
    findFacts: async (path) => {
      const bytes = find(path)?.length;
      return bytes === undefined
        ? undefined
        : { kind: "file", bytes, mode: 0o755, modifiedAtMs: 0 };
    },
    listDirectory: async () => [],
  };
  return partial as Disk;
}
