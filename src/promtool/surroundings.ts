import type { Clock, Disk, HttpConnector, Random, Zstd } from "#base";
import type { DnsResolver } from "#discovery";

/** The files that the tool reads and writes; relative paths start in the working directory. */
export type ToolDisk = Pick<
  Disk,
  | "findFacts"
  | "findFile"
  | "listDirectory"
  | "makeDirectory"
  | "openAppend"
  | "openRead"
  | "readFile"
  | "remove"
  | "rename"
  | "syncDirectory"
  | "watch"
  | "writeFile"
>;

/** What a command may touch of the machine it runs on. */
export interface Surroundings {
  readonly disk: ToolDisk;
  readonly clock: Clock;
  readonly random: Random;
  readonly console: Console;
  readonly connector: HttpConnector;
  readonly zstd: Zstd;
  readonly resolver: DnsResolver;
  readonly gzip: { gzip(bytes: Uint8Array): Promise<Uint8Array> };
  readonly env: (name: string) => string | undefined;
  /** Aborts when the person presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** What `--enable-feature` names. */
  readonly features: ReadonlySet<string>;
  readonly isExperimental: boolean;
}

export interface Console {
  /** Writes a line to standard output. */
  print(line: string): void;
  /** Writes a text to standard output as it is, and waits until it is on its way. */
  write(text: string): Promise<void>;
  /** Writes a line to standard error. */
  note(line: string): void;
  /** All of standard input. */
  readInput(): Promise<Uint8Array>;
}

export const exitSuccess = 0;
export const exitFailure = 1;
/** Lint problems were found. */
export const exitLint = 3;
