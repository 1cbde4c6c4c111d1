/** Runs the tool on a disk in memory, and shows what came of it as one text. */
import type { HttpRequest, HttpResponse } from "#base";
import { MemoryDisk, seededRandom, VirtualClock } from "#base/testing";
import { runPromtool } from "./run.ts";

export interface ToolRun {
  /** What is in the working directory, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
  /** Whoever is asked. Absent refuses connections. */
  readonly answer?: (request: HttpRequest) => HttpResponse;
  /** The disk of an earlier run, to go on with. */
  readonly disk?: MemoryDisk;
}

export interface ToolOutcome {
  /** Lines of output, those to standard error behind "! ", and the exit status behind "= ". */
  readonly shown: string;
  readonly disk: MemoryDisk;
}

/** Runs a command line, in which single quotes hold words together. */
export async function runTool(line: string, run: ToolRun = {}): Promise<ToolOutcome> {
  const disk = run.disk ?? new MemoryDisk();
  await disk.makeDirectory("/here");
  for (const [name, text] of Object.entries(run.files ?? {})) {
    const path = `/here/${name}`;
    await disk.makeDirectory(path.slice(0, path.lastIndexOf("/")));
    await disk.writeFile(path, text);
  }
  const shown: string[] = [];
  const status = await runPromtool(wordsOf(line), {
    ...outsideWorld(run),
    disk: Object.assign(disk, { watch: () => ({ [Symbol.dispose]: () => {} }) }),
    clock: new VirtualClock(),
    random: seededRandom(1),
    console: {
      print: (text) => shown.push(text),
      write: async (text) => {
        shown.push(text.replace(/\n$/, ""));
      },
      note: (text) => shown.push(text.replaceAll(/^/gm, "! ")),
      readInput: async () => new TextEncoder().encode(run.input ?? ""),
    },
    env: () => undefined,
    workingDirectory: "/here",
    version: "promtool, version 1",
    signal: new AbortController().signal,
  });
  return { shown: [...shown, `= ${status}`].join("\n"), disk };
}

function wordsOf(line: string): readonly string[] {
  return Array.from(
    line.matchAll(/'([^']*)'|(\S+)/g),
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
}

function outsideWorld({ answer }: ToolRun) {
  const refused = () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNREFUSED" }));
  return {
    connector: {
      open: async () => ({
        send: async (request: HttpRequest) => answer?.(request) ?? refused(),
        upgrade: refused,
        [Symbol.asyncDispose]: async () => {},
      }),
    },
    gzip: { gzip: async (bytes: Uint8Array) => bytes },
    zstd: { compress: (bytes: Uint8Array) => bytes, decompress: (frame: Uint8Array) => frame },
    resolver: { resolve: refused },
  };
}

/** An answer of the HTTP API. */
export function apiAnswer(content: unknown, status = 200): HttpResponse {
  const isError = status >= 400;
  const envelope = isError ? content : { status: "success", data: content };
  const body = new TextEncoder().encode(JSON.stringify(envelope));
  return { status, headers: { "content-type": "application/json" }, body };
}
