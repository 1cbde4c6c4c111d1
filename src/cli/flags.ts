/**
 * Command-line flags with kubectl's rules (Go's pflag): `--name x`, `--name=x`, `-n x`, `-n=x`,
 * `-nx`, `-it`, `--watch`, `--watch=false`, flags after arguments, `--` ends flags. Neither Node's
 * parseArgs nor the usual libraries read `-n=x` and `--watch=false` this way.
 */
import { UsageError } from "./usage-error.ts";

interface FlagBase {
  readonly help: string;
  /** One letter. */
  readonly short?: string;
}

export type Flag =
  | (FlagBase & { readonly type: "boolean"; readonly default?: boolean })
  | (FlagBase & {
      readonly type: "string";
      readonly placeholder: string;
      readonly default?: string;
      /** The only values allowed. */
      readonly choices?: readonly string[];
    })
  | (FlagBase & {
      /** May be given several times; each value may hold several, between commas. */
      readonly type: "list";
      readonly placeholder: string;
      readonly default?: string;
    })
  | (FlagBase & {
      /** May be given several times; each value is taken as it stands, commas and all. */
      readonly type: "pairs";
      readonly placeholder: string;
      readonly default?: undefined;
    })
  | (FlagBase & {
      readonly type: "integer";
      readonly placeholder: string;
      readonly default?: number;
      readonly min: number;
      readonly max: number;
    });

export type Flags = Readonly<Record<string, Flag>>;

/** `flags.port` is `number` with a default, `number | undefined` without; a switch is `boolean`. */
export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends { readonly type: "boolean" }
    ? boolean
    : F[K] extends { readonly type: "list" | "pairs" }
      ? readonly string[]
      : F[K] extends { readonly type: "integer" }
        ? number | (F[K] extends { readonly default: number } ? never : undefined)
        : Choice<F[K]> | (F[K] extends { readonly default: string } ? never : undefined);
};

type Choice<F> = F extends { readonly choices: readonly (infer C)[] } ? C : string;

type FlagValue = string | number | boolean | readonly string[] | undefined;

export interface ParsedLine {
  /** Every declared flag, absent ones with their default. */
  readonly values: Readonly<Record<string, FlagValue>>;
  readonly args: readonly string[];
  /** The names of the flags that stand on the line, in their order there. */
  readonly given: readonly string[];
}

/**
 * How far flags reach. `everywhere`: also after arguments. `leading`: up to the first argument or
 * unknown flag; the rest belongs to another program and stays as it is. `nowhere`: every word does,
 * `--help` among them.
 */
export type FlagReach = "everywhere" | "leading" | "nowhere";

interface Scan {
  readonly flags: Flags;
  readonly reach: FlagReach;
  readonly words: readonly string[];
  next: number;
  readonly given: Map<string, FlagValue>;
  readonly args: string[];
}

/** Splits a command's words into flag values and arguments. Throws UsageError. */
export function parseFlags(flags: Flags, words: readonly string[], reach: FlagReach): ParsedLine {
  const isForeign = reach === "nowhere";
  if (isForeign) return { values: withDefaults(flags, new Map()), given: [], args: words };
  const scan: Scan = { flags, reach, words, next: 0, given: new Map(), args: [] };
  while (scan.next < words.length) {
    const word = words[scan.next] ?? "";
    if (word === "--") {
      scan.args.push(...words.slice(scan.next + 1));
      break;
    }
    const isFlag = word.length > 1 && word.startsWith("-");
    if (reach === "leading" && !(isFlag && startsKnownFlag(flags, word))) {
      scan.args.push(...words.slice(scan.next));
      break;
    }
    scan.next++;
    if (!isFlag) scan.args.push(word);
    else if (word.startsWith("--")) readLong(scan, word.slice(2));
    else readShort(scan, word.slice(1));
  }
  return {
    values: withDefaults(flags, scan.given),
    args: scan.args,
    given: [...scan.given.keys()],
  };
}

function startsKnownFlag(flags: Flags, word: string): boolean {
  const name = word.startsWith("--") ? word.slice(2).split("=")[0] : undefined;
  if (name !== undefined) return Object.hasOwn(flags, name) || name === "help";
  return word[1] === "h" || findShort(flags, word[1] ?? "") !== undefined;
}

function readLong(scan: Scan, body: string): void {
  const equals = body.indexOf("=");
  const name = equals < 0 ? body : body.slice(0, equals);
  const flag = Object.hasOwn(scan.flags, name) ? scan.flags[name] : undefined;
  if (flag === undefined && readNegated(scan, body)) return;
  if (flag === undefined) throw new UsageError(`unknown flag --${name}`);
  const attached = equals < 0 ? undefined : body.slice(equals + 1);
  take(scan, name, flag, attached);
}

/** `--no-web.enable-lifecycle`: a switch turned off, as Prometheus' programs have it. */
function readNegated(scan: Scan, body: string): boolean {
  const name = body.startsWith("no-") ? body.slice(3) : "";
  const isSwitch = Object.hasOwn(scan.flags, name) && scan.flags[name]?.type === "boolean";
  if (isSwitch) scan.given.set(name, false);
  return isSwitch;
}

/** `-n x`, `-n=x`, `-nx`, and switches run together: `-it`. */
function readShort(scan: Scan, body: string): void {
  const letter = body[0] ?? "";
  const rest = body.slice(1);
  const found = findShort(scan.flags, letter);
  if (found === undefined) throw new UsageError(`unknown flag -${letter}`);
  const [name, flag] = found;
  if (rest.startsWith("=")) return take(scan, name, flag, rest.slice(1));
  if (flag.type !== "boolean") return take(scan, name, flag, rest === "" ? undefined : rest);
  scan.given.set(name, true);
  if (rest !== "") readShort(scan, rest);
}

function findShort(flags: Flags, letter: string): readonly [string, Flag] | undefined {
  return Object.entries(flags).find(([, flag]) => flag.short === letter);
}

function take(scan: Scan, name: string, flag: Flag, attached: string | undefined): void {
  if (flag.type === "boolean") {
    scan.given.set(name, attached === undefined ? true : parseSwitch(name, attached));
    return;
  }
  const text = attached ?? scan.words[scan.next++];
  if (text === undefined) throw new UsageError(`flag --${name} needs a value`);
  if (flag.type === "list" || flag.type === "pairs") {
    const before = scan.given.get(name);
    const added = flag.type === "list" ? splitList(text) : [text];
    scan.given.set(name, [...(Array.isArray(before) ? before : []), ...added]);
    return;
  }
  scan.given.set(name, flag.type === "integer" ? parseInteger(name, flag, text) : text);
  if (flag.type === "string" && flag.choices !== undefined && !flag.choices.includes(text)) {
    throw new UsageError(`--${name} must be ${flag.choices.join(" or ")}, not "${text}"`);
  }
}

function splitList(text: string): readonly string[] {
  return text.split(",").filter((part) => part !== "");
}

function parseSwitch(name: string, text: string): boolean {
  if (["true", "t", "1", "TRUE", "True"].includes(text)) return true;
  if (["false", "f", "0", "FALSE", "False"].includes(text)) return false;
  throw new UsageError(`--${name} must be true or false, not "${text}"`);
}

function parseInteger(
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
  text: string,
): number {
  const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${text}"`);
}

function withDefaults(
  flags: Flags,
  given: ReadonlyMap<string, FlagValue>,
): Readonly<Record<string, FlagValue>> {
  const values = Object.entries(flags).map(([name, flag]) => {
    const absent = absentValue(flag);
    return [name, given.has(name) ? given.get(name) : absent] as const;
  });
  return Object.fromEntries(values);
}

function absentValue(flag: Flag): FlagValue {
  if (flag.type === "boolean") return flag.default ?? false;
  if (flag.type === "pairs") return [];
  return flag.type === "list" ? splitList(flag.default ?? "") : flag.default;
}
