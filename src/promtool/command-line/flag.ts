/** What flags and arguments of a command line may be, and the values that they give. */

interface FlagFacts {
  readonly help: string;
  /** One letter. */
  readonly short?: string;
  /** Stands for the value in the help; else the default, else the name in capitals. */
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly isHidden?: boolean;
}

export type FlagKind =
  | { readonly kind: "switch" }
  | { readonly kind: "text"; readonly default?: string }
  /** May be given several times. */
  | { readonly kind: "texts"; readonly default?: string }
  /** `name=value`, several times. */
  | { readonly kind: "pairs"; readonly default?: string }
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default: string }
  /** In Go's notation, `1h30m`; a value in milliseconds. */
  | { readonly kind: "duration"; readonly default?: string }
  | { readonly kind: "integer"; readonly default: string }
  | { readonly kind: "url"; readonly default?: string }
  /** A file that is there. */
  | { readonly kind: "file" }
  /** Files that are there; as an argument, all that are left. */
  | { readonly kind: "files" };

export type Flag = FlagFacts & FlagKind;
export type Flags = Readonly<Record<string, Flag>>;

/** What a value of a kind is: absent texts are empty, absent durations are 0. */
type ValueOf<F extends FlagKind> = F["kind"] extends "switch"
  ? boolean
  : F["kind"] extends "duration" | "integer"
    ? number
    : F["kind"] extends "texts" | "files"
      ? readonly string[]
      : F["kind"] extends "pairs"
        ? ReadonlyMap<string, string>
        : string;

export type ValuesOf<F extends Flags> = { readonly [K in keyof F]: ValueOf<F[K]> };

export type Value = boolean | number | string | readonly string[] | ReadonlyMap<string, string>;

/** Kinds of which every further word adds one. */
export function isCumulative({ kind }: FlagKind): boolean {
  return kind === "texts" || kind === "pairs" || kind === "files";
}

export function defaultOf(flag: FlagKind): string | undefined {
  return "default" in flag ? flag.default : undefined;
}
