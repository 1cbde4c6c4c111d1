/**
 * The language in which the Compose file is declared.
 *
 * Every attribute is declared once, as data. From that one declaration come the check of its type,
 * the canonical form of its short syntaxes, how two files' values of it merge, the static TypeScript
 * type and the list of attributes in the documentation.
 */
import type { ComposeNode, MapNode, ScalarNode } from "../tree/node.ts";

/** Text, and what else the specification lets stand for text. */
export interface TextShape {
  readonly kind: "text";
  readonly also: "nothing" | "numbers" | "numbers and flags";
  /** What an empty value stands for: nothing that is allowed, an empty text, or a null to keep. */
  readonly nulls: "refused" | "empty" | "kept";
  readonly oneOf: readonly string[] | undefined;
  /** Finer rules, for text that means something: durations, sizes, paths. */
  readonly format: TextFormat | undefined;
}

/** A kind of text that stands for something else. */
export interface TextFormat {
  /** The canonical spelling, or a problem. Given the number itself where one was written. */
  readonly canonical: (text: string, node: ScalarNode) => string | Problem;
  /** What the canonical spelling stands for. */
  readonly value: (canonical: string) => unknown;
  /** Relative paths and build contexts are completed with the directory of their file. */
  readonly path: "none" | "file" | "context";
}

export interface Problem {
  readonly problem: string;
}

export interface NumberShape {
  readonly kind: "number";
  readonly whole: boolean;
  readonly min: number;
  readonly max: number;
  /** Words that stand for numbers, such as `all` for -1 devices. */
  readonly words: Readonly<Record<string, number>>;
}

export interface FlagShape {
  readonly kind: "flag";
}

export interface ListShape {
  readonly kind: "list";
  readonly item: Shape;
  /** Whether a single item may stand without the list. */
  readonly single: "allowed" | "refused";
  /** What one item as written stands for, when that may be several (a range of ports). */
  readonly expand: ((item: ComposeNode) => readonly ComposeNode[] | Problem) | undefined;
  /** The whole value in its canonical form when it is neither a list nor a single item. */
  readonly short: ((node: ComposeNode) => ComposeNode | Problem | undefined) | undefined;
  readonly merge: "append" | "replace" | ((base: ComposeNode, over: ComposeNode) => ComposeNode);
  /** Of two items with the same identity the later one stands. */
  readonly identity: ((item: ComposeNode) => string) | undefined;
}

/** A mapping whose keys the user invents. */
export interface DictionaryShape {
  readonly kind: "dictionary";
  readonly value: Shape;
  /** Keys that the specification allows. */
  readonly keys: RegExp;
  /** What a list in place of the mapping holds. */
  readonly list: "refused" | "pairs" | "names";
  /** What a name in such a list stands for. */
  readonly nameMeans: ((node: ComposeNode) => ComposeNode) | undefined;
  /** Another way to write the whole. */
  readonly short: ((node: ComposeNode) => ComposeNode | Problem | undefined) | undefined;
}

/** A mapping with the attributes of the specification. */
export interface RecordShape {
  readonly kind: "record";
  readonly fields: Fields;
  /** Whether `x-…` attributes may stand in it. */
  readonly extensions: "allowed" | "refused";
  readonly empty: "allowed" | "refused";
  /** The canonical form of another way to write it, undefined when `node` is not that. */
  readonly short: ((node: ComposeNode) => ComposeNode | Problem | undefined) | undefined;
  /** Brings attributes that depend on one another into their canonical form. */
  readonly finish: ((node: MapNode, resolve: PathResolver) => MapNode) | undefined;
  /** Rewrites old ways to say something, before its attributes are looked at. */
  readonly prepare: ((node: MapNode) => MapNode | Problem) | undefined;
  /** Adds what is implied, when all files are in. */
  readonly fill: ((node: MapNode) => MapNode) | undefined;
  readonly merge:
    | "by attribute"
    | "replace"
    | ((base: MapNode, over: MapNode) => "replace" | "by attribute");
}

/** Makes a path of the file's own absolute. */
export type PathResolver = (path: string) => string;

/** What the specification leaves open: extensions, options of drivers. */
export interface AnythingShape {
  readonly kind: "anything";
}

export type Shape =
  | TextShape
  | NumberShape
  | FlagShape
  | ListShape
  | DictionaryShape
  | RecordShape
  | AnythingShape;

/** Says, for the type checker alone, what values of a shape are. */
export interface Holds<T> {
  readonly holds?: T;
}

export type Typed<T> = Shape & Holds<T>;

export interface Field {
  readonly shape: Shape;
  readonly presence: "required" | "optional";
}

export type Fields = Readonly<Record<string, Field>>;

/** What a decoded value of the shape is. */
export type ValueOf<S> = S extends Holds<infer T> ? T : never;

type FieldDeclaration = Typed<unknown> | Required<unknown>;

interface Required<T> {
  readonly required: Typed<T>;
}

export type FieldDeclarations = Readonly<Record<string, FieldDeclaration>>;

type RequiredKeys<F> = {
  [Name in keyof F]: F[Name] extends Required<unknown> ? Name : never;
}[keyof F];

/** The static type that a table of fields declares, with the names of the file. */
export type RecordOf<F> = {
  readonly [Name in RequiredKeys<F>]: F[Name] extends Required<infer T> ? T : never;
} & {
  readonly [Name in Exclude<keyof F, RequiredKeys<F>>]?: ValueOf<F[Name]>;
} & { readonly extensions?: Extensions };

/** The `x-…` attributes of a mapping, as written. */
export type Extensions = Readonly<Record<string, PlainValue>>;

export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

export function required<T>(shape: Typed<T>): Required<T> {
  return { required: shape };
}

export function text(also: TextShape["also"] = "nothing"): TextShape & Holds<string> {
  return { ...plainText, also };
}

/** The value beside a key that the user invented: any scalar, and an empty one is empty text. */
export function looseText(): TextShape & Holds<string> {
  return { ...plainText, also: "numbers and flags", nulls: "empty" };
}

/** As `looseText`, but an empty value remains null: it is looked up elsewhere. */
export function nullableText(): TextShape & Holds<string | null> {
  return { ...plainText, also: "numbers and flags", nulls: "kept" };
}

export function oneOf<const T extends readonly string[]>(
  ...words: T
): TextShape & Holds<T[number]> {
  return { ...plainText, oneOf: words };
}

const plainText = {
  kind: "text",
  also: "nothing",
  nulls: "refused",
  oneOf: undefined,
  format: undefined,
} as const;

export function formatted<T>(
  format: Omit<TextFormat, "value" | "path"> & {
    readonly value: (canonical: string) => T;
    readonly path?: TextFormat["path"];
  },
  also: TextShape["also"] = "numbers",
): TextShape & Holds<T> {
  return { ...plainText, also, format: { path: "none", ...format } };
}

export function whole(
  limits: Partial<Pick<NumberShape, "min" | "max" | "words">> = {},
): NumberShape & Holds<number> {
  return { ...anyNumber, whole: true, ...limits };
}

export function decimal(): NumberShape & Holds<number> {
  return { ...anyNumber, whole: false };
}

const anyNumber = {
  kind: "number",
  min: Number.NEGATIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
  words: {},
} as const;

export function flag(): FlagShape & Holds<boolean> {
  return { kind: "flag" };
}

export function list<T>(
  item: Typed<T>,
  rules: Partial<Pick<ListShape, "single" | "expand" | "short" | "merge" | "identity">> = {},
): ListShape & Holds<readonly T[]> {
  return {
    kind: "list",
    item,
    single: "refused",
    expand: undefined,
    short: undefined,
    merge: "append",
    identity: undefined,
    ...rules,
  };
}

export function dictionary<T>(
  value: Typed<T>,
  rules: Partial<Pick<DictionaryShape, "keys" | "list" | "nameMeans" | "short">> = {},
): DictionaryShape & Holds<ReadonlyMap<string, T>> {
  return {
    kind: "dictionary",
    value,
    keys: /^[^]+$/,
    list: "refused",
    nameMeans: undefined,
    short: undefined,
    ...rules,
  };
}

export function record<const F extends FieldDeclarations>(
  fields: F,
  rules: Partial<
    Pick<RecordShape, "extensions" | "empty" | "short" | "prepare" | "finish" | "fill" | "merge">
  > = {},
): RecordShape & Holds<RecordOf<F>> {
  return {
    kind: "record",
    fields: Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, fieldOf(one)])),
    extensions: "allowed",
    empty: "refused",
    short: undefined,
    prepare: undefined,
    finish: undefined,
    fill: undefined,
    merge: "by attribute",
    ...rules,
  };
}

function fieldOf(declaration: FieldDeclaration): Field {
  return "required" in declaration
    ? { shape: declaration.required, presence: "required" }
    : { shape: declaration, presence: "optional" };
}

export function anything(): AnythingShape & Holds<PlainValue> {
  return { kind: "anything" };
}
