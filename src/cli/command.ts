import type { History } from "#sigma";
import type {
  ClientTls,
  Clock,
  Disk,
  Headers,
  HttpConnector,
  HttpTransport,
  HttpTunnel,
  Processes,
  PromisesSettled,
  Random,
  SocketOpener,
} from "#base";
import type { TerminalSize } from "#client";
import type { AlertmanagerProgramSettings } from "./alertmanager-flags.ts";
import type { PrometheusSettings } from "./prometheus-flags.ts";
import type { Flags, FlagReach, FlagValues } from "./flags.ts";
import { UsageError } from "./usage-error.ts";

/** One verb of the command line: data that help and completion read, and what it does. */
export interface Command {
  /** The words that select it: `image load`. */
  readonly name: string;
  /** Other words that select it: `stack up`. */
  readonly aliases: readonly string[];
  /** How it is called, its name first: `image load FILE`. */
  readonly usage: string;
  readonly summary: string;
  /** Paragraphs below the summary in its own help. */
  readonly description: string;
  readonly examples: readonly string[];
  readonly flags: Flags;
  readonly reach: FlagReach;
  /** Other programs of ours call it; help does not list it. */
  readonly isHidden: boolean;
  /** Throws UsageError for a wrong line and any other error for a failure. Gives the exit status. */
  run(
    args: readonly string[],
    values: Readonly<Record<string, unknown>>,
    context: CommandContext,
    given: readonly string[],
  ): Promise<number>;
}

export interface CommandDefinition<F extends Flags> {
  readonly usage: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly examples: readonly string[];
  readonly flags: F;
  readonly reach?: FlagReach;
  readonly isHidden?: boolean;
  /** The exit status, when it is not simply 0. */
  // oxlint-disable-next-line typescript/no-invalid-void-type -- most commands have nothing to say
  run(
    args: readonly string[],
    flags: FlagValues<F>,
    context: CommandContext,
    /** The names of the flags that stand on the line. */
    given: readonly string[],
  ): Promise<number | void>;
}

/** Declares a command; the types of its flags follow from their declaration. */
export function defineCommand<const F extends Flags>(definition: CommandDefinition<F>): Command {
  const words = definition.usage.split(" ");
  const end = words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
  return {
    name: (end < 0 ? words : words.slice(0, end)).join(" "),
    aliases: definition.aliases ?? [],
    usage: definition.usage,
    summary: definition.summary,
    description: definition.description ?? "",
    examples: definition.examples,
    flags: definition.flags,
    reach: definition.reach ?? "everywhere",
    isHidden: definition.isHidden ?? false,
    run: async (args, values, context, given) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parseFlags made them from F
      const flags = values as FlagValues<F>;
      return (await definition.run(args, flags, context, given)) ?? 0;
    },
  };
}

/** For commands that take flags only. */
export function refuseArgs(name: string, args: readonly string[]): void {
  if (args.length > 0) throw new UsageError(`${name} takes no arguments, not "${args.join(" ")}"`);
}

/** What the command line may touch of the machine it runs on. */
export interface CommandContext {
  readonly disk: Disk;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly surroundings: Surroundings;
  readonly terminal: Terminal;
  readonly packing: Packing;
  readonly random: Random;
  readonly sockets: Pick<SocketOpener, "listenTcp">;
  /** Opens ways to servers that speak plain HTTP. */
  readonly connector: HttpConnector;
  /** For clocks of their own, which go on when nothing is left to do at a moment. */
  readonly settled: PromisesSettled;
  /** Aborts when the person presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** Opens a way to an API server; nothing is sent yet. */
  connect(endpoint: ApiEndpoint): Promise<HttpTransport>;
  /** Runs a program in our place: same terminal, same signals. Gives its exit status. */
  runForeground(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<number>;
  /** Commands that only `main` can carry out, because they are made of every module. */
  readonly roles: Roles;
}

/** gzip. */
interface Packing {
  gzip(bytes: Uint8Array): Promise<Uint8Array>;
  /** Undefined when it unpacks to more than `bytesMax`. */
  gunzip(bytes: Uint8Array, bytesMax: number): Promise<Uint8Array | undefined>;
}

/** A server of the Prometheus API. */
export interface HistoryServer {
  readonly url: string;
  /** TLS and authentication; empty for none. */
  readonly httpConfigFile: string;
}

export type OpenHistory = History & AsyncDisposable;

/** Long-running parts of a cluster, as `main` composes them. Each ends when the signal aborts. */
export interface Roles {
  supervise(dataDirectory: string, signal: AbortSignal): Promise<void>;
  server(dataDirectory: string, signal: AbortSignal): Promise<void>;
  /** Without a name: all nodes of a simulated cluster. */
  agent(dataDirectory: string, nodeName: string | undefined, signal: AbortSignal): Promise<void>;
  /** The monitoring engine of a cluster. */
  monitor(dataDirectory: string, settings: PrometheusSettings, signal: AbortSignal): Promise<void>;
  /** The monitoring engine alone. */
  prometheus(settings: PrometheusSettings, signal: AbortSignal): Promise<void>;
  /** The alerting part alone. */
  alertmanager(settings: AlertmanagerProgramSettings, signal: AbortSignal): Promise<void>;
  /** The tool around the monitoring engine; gives its exit status. */
  promtool(words: readonly string[], signal: AbortSignal): Promise<number>;
  /** What would fail at night by a file of on-call. Rejects with the place of what is wrong in it. */
  checkOnCall(file: string): Promise<readonly OnCallFinding[]>;
  /** The past of series, as a server knows it. */
  openHistory(server: HistoryServer, signal: AbortSignal): Promise<OpenHistory>;
  /** Loads an image archive into every node. Gives the names of the images in it. */
  loadImages(dataDirectory: string, file: string, signal: AbortSignal): Promise<readonly string[]>;
  listImages(dataDirectory: string, signal: AbortSignal): Promise<readonly NodeImage[]>;
  /** Removes what a stopped cluster left on the machine: containers, mounts, links, rules. */
  sweep(dataDirectory: string, images: "keep" | "remove", signal: AbortSignal): Promise<void>;
}

interface OnCallFinding {
  /** `schedule web`. */
  readonly object: string;
  readonly problem: string;
}

export interface NodeImage {
  readonly node: string;
  readonly id: string;
  readonly names: readonly string[];
  readonly bytes: number;
}

/** Who runs the command line, where, and as what. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  readonly isRoot: boolean;
  readonly platform: string;
  readonly hostname: string;
  readonly version: string;
  /** Program and first arguments that start this very command line again. */
  readonly self: readonly [program: string, ...args: readonly string[]];
}

export interface Terminal {
  /** Writes a line to standard output. */
  print(line: string): void;
  /** Writes bytes to standard output, unchanged. */
  write(bytes: Uint8Array): Promise<void>;
  /** Writes a line to standard error: progress, hints, and what is wrong. */
  note(line: string): void;
  /** Characters in a line, while output goes to a person's terminal; undefined otherwise. */
  columns(): number | undefined;
  /** Whether a person can be asked something. */
  isInteractive(): boolean;
  /** Asks the person; gives the line that they type, empty when they type none. */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** All of standard input, until it ends. */
  readInput(): Promise<Uint8Array>;
  /** Standard input as it comes. Leaving it before its end leaves the rest to nobody. */
  openInput(): AsyncIterable<Uint8Array>;
  /** Writes bytes to standard error, unchanged. */
  writeError(bytes: Uint8Array): Promise<void>;
  /** Hands every key to who reads the input, Ctrl-C among them, until it is disposed of. */
  makeRaw(): Disposable;
  /** How large the terminal is, now and whenever that changes; ends when the signal aborts. */
  sizes(signal: AbortSignal): AsyncIterable<TerminalSize>;
}

/** A way to an API server, whoever runs it. */
export interface ApiEndpoint {
  /** `https://127.0.0.1:6443`; may have a path, below which the API then is. */
  readonly server: string;
  /** Asked before each request; the same object while nothing has changed. */
  readonly tls: (() => ClientTls) | "plain";
  /** Asked before each request: credentials that travel in headers. */
  readonly headers: () => Promise<Headers>;
  /** A proxy to go through. */
  readonly tunnel: HttpTunnel | undefined;
}

/** Where an API server is and who we are to it. Certificates and keys are PEM. */
export interface ApiAccess {
  /** `https://127.0.0.1:6443`. */
  readonly server: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}
