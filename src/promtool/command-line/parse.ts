/**
 * Reads a command line as upstream's parser (kingpin) does: flags anywhere once the command that has
 * them is named, `--flag=value`, `--flag value`, `--no-switch`, `-o json`, `-ojson`, `-rq`, `--` ends
 * flags, and `@file` stands for the lines of a file.
 */
import { quoteGo } from "#base";
import type { Command } from "./command.ts";
import { type Flag, type Flags, isCumulative, type Value } from "./flag.ts";
import { readValue } from "./read-value.ts";
import { UsageError } from "./usage-error.ts";

export interface LineDisk {
  readFile(path: string): Promise<Uint8Array>;
  findFacts(path: string): Promise<{ readonly kind: string } | undefined>;
}

export type ParsedLine =
  /** `path` is the words up to the command, the program first. */
  | { readonly kind: "help"; readonly path: readonly Command[] }
  | { readonly kind: "version" }
  | {
      readonly kind: "run";
      readonly command: Command;
      readonly values: Readonly<Record<string, Value>>;
    };

const helpFlag: Flag = {
  kind: "switch",
  short: "h",
  help: "Show context-sensitive help.",
};
const versionFlag: Flag = { kind: "switch", help: "Show application version." };

/** Flags that every program has. */
const standardFlags = { help: helpFlag, version: versionFlag } as const;

/** Reads `words` for `program`. Throws a `UsageError`. */
export async function parseLine(
  program: Command,
  words: readonly string[],
  disk: LineDisk,
): Promise<ParsedLine> {
  const scan = new Scan(program, await expandFiles(words, disk));
  scan.run();
  const { path, values } = scan;
  const asked = [...values.keys()].find((name) => name === "help" || name === "version");
  if (asked === "version") return { kind: "version" };
  if (asked === "help" || scan.asksForHelp) return { kind: "help", path };
  const command = path.at(-1) ?? program;
  if (command.run === undefined) {
    // Like upstream: the bare name of the program explains itself, a family wants one more word.
    if (path.length === 1) return { kind: "help", path };
    throw new UsageError(`must select a subcommand of '${fullName(path)}'`);
  }
  return { kind: "run", command, values: await complete(path, values, disk) };
}

/** `check config`: what selects the command. */
export function fullName(path: readonly Command[]): string {
  return path
    .slice(1)
    .map(({ name }) => name)
    .join(" ");
}

/** All flags that are valid below the commands of `path`. */
export function flagsOf(path: readonly Command[]): Flags {
  const own = path.map(({ flags }) => flags);
  return Object.assign({}, standardFlags, ...own);
}

async function expandFiles(words: readonly string[], disk: LineDisk): Promise<readonly string[]> {
  const out: string[] = [];
  for (const [index, word] of words.entries()) {
    if (word === "--") return [...out, ...words.slice(index)];
    if (word.startsWith("@")) out.push(...(await linesOf(word.slice(1), disk)));
    else out.push(word);
  }
  return out;
}

async function linesOf(file: string, disk: LineDisk): Promise<readonly string[]> {
  if ((await disk.findFacts(file)) === undefined) {
    throw new UsageError(
      `failed to open arguments file ${quoteGo(file)}: open ${file}: no such file or directory`,
    );
  }
  const text = new TextDecoder().decode(await disk.readFile(file));
  return text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

interface GivenFlag {
  /** As it was written: `--format` or `-o`. */
  readonly shown: string;
  readonly attached: string | undefined;
}

/** The words that were given for each flag and argument. */
class Scan {
  readonly path: Command[];
  readonly values = new Map<string, string[]>();
  asksForHelp = false;
  readonly #words: string[];
  #argCount = 0;
  #hasFlags = true;

  constructor(program: Command, words: readonly string[]) {
    this.path = [program];
    this.#words = [...words];
  }

  run(): void {
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      if (this.#hasFlags && word === "--") this.#hasFlags = false;
      else if (this.#hasFlags && word.startsWith("--")) this.#readLong(word.slice(2));
      else if (this.#hasFlags && /^-./.test(word)) this.#readShort(word.slice(1));
      else this.#readWord(word);
    }
  }

  get #command(): Command {
    const [program] = this.path;
    return this.path.at(-1) ?? program ?? neverSelected;
  }

  #readWord(word: string): void {
    const { children, args } = this.#command;
    if (children.length > 0) return this.#select(word);
    const names = Object.keys(args);
    const name = names[Math.min(this.#argCount, names.length - 1)];
    const arg = name === undefined ? undefined : args[name];
    if (name === undefined || arg === undefined) throw unexpected(word);
    if (this.#argCount >= names.length && !isCumulative(arg)) throw unexpected(word);
    this.#argCount++;
    this.#add(name, word);
  }

  #select(word: string): void {
    if (this.path.length === 1 && word === "help") {
      this.asksForHelp = true;
      return;
    }
    const child = this.#command.children.find(({ name }) => name === word);
    if (child === undefined) throw new UsageError(`expected command but got ${quoteGo(word)}`);
    this.path.push(child);
  }

  #readLong(body: string): void {
    const equals = body.indexOf("=");
    const name = equals < 0 ? body : body.slice(0, equals);
    const attached = equals < 0 ? undefined : body.slice(equals + 1);
    const flags = flagsOf(this.path);
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag !== undefined) return this.#take(name, flag, { shown: `--${name}`, attached });
    const positive = name.startsWith("no-") ? name.slice(3) : "";
    const negated = Object.hasOwn(flags, positive) ? flags[positive] : undefined;
    if (negated?.kind !== "switch") throw new UsageError(`unknown long flag '--${name}'`);
    this.values.delete(positive);
  }

  #readShort(body: string): void {
    const [letter = ""] = body;
    const rest = body.slice(letter.length);
    const found = Object.entries(flagsOf(this.path)).find(([, flag]) => flag.short === letter);
    if (found === undefined) throw new UsageError(`unknown short flag '-${letter}'`);
    const [name, flag] = found;
    if (flag.kind !== "switch") {
      const attached = rest === "" ? undefined : rest;
      return this.#take(name, flag, { shown: `-${letter}`, attached });
    }
    this.#add(name, "true");
    if (rest !== "") this.#readShort(rest);
  }

  #take(name: string, flag: Flag, given: GivenFlag): void {
    const { attached } = given;
    if (flag.kind === "switch") {
      this.#add(name, "true");
      // What is attached to a switch is taken for an argument of its own.
      if (attached !== undefined) this.#readWord(attached);
      return;
    }
    const word = attached ?? this.#words.shift();
    if (word === undefined || (attached === undefined && /^-./.test(word))) {
      throw new UsageError(`expected argument for flag '${given.shown}'`);
    }
    if (this.values.has(name) && !isCumulative(flag)) {
      throw new UsageError(`flag '${name}' cannot be repeated`);
    }
    this.#add(name, word);
  }

  #add(name: string, word: string): void {
    this.values.set(name, [...(this.values.get(name) ?? []), word]);
  }
}

/** A path is never empty. */
const neverSelected: Command = {
  name: "",
  help: "",
  flags: {},
  args: {},
  children: [],
  run: undefined,
};

function unexpected(word: string): UsageError {
  return new UsageError(`unexpected ${word}`);
}

async function complete(
  path: readonly Command[],
  given: ReadonlyMap<string, readonly string[]>,
  disk: LineDisk,
): Promise<Readonly<Record<string, Value>>> {
  const args = path.at(-1)?.args ?? {};
  const missing = Object.entries(flagsOf(path))
    .filter(([name, flag]) => flag.isRequired === true && !given.has(name))
    .map(([name]) => `'--${name}'`);
  if (missing.length > 0) {
    throw new UsageError(`required flag(s) ${missing.join(", ")} not provided`);
  }
  for (const [name, arg] of Object.entries(args)) {
    if (arg.isRequired === true && !given.has(name)) {
      throw new UsageError(`required argument '${name}' not provided`);
    }
  }
  const values: [string, Value][] = [];
  for (const [name, flag] of Object.entries({ ...flagsOf(path), ...args })) {
    values.push([name, await readValue(flag, given.get(name), disk)]);
  }
  return Object.fromEntries(values);
}
