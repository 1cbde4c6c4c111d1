/**
 * The language in which the configuration is declared: what an option is called, what type it has,
 * its default and its check are data. From one declaration come the static TypeScript type, decoding
 * with upstream's errors, and the canonical form that `/api/v1/status/config` shows.
 */
import { ConfigError } from "../config-error.ts";
import { type Position, type YamlNode } from "../yaml/node.ts";
import { isNullScalar, resolveScalar } from "../yaml/resolve.ts";
import type { YamlValue } from "../yaml/write.ts";

/** How values of one type are read and written. */
export interface YamlType<T> {
  /** The name that upstream's messages give to the type. */
  readonly goType: string;
  /** What an option has that is written without a value. */
  readonly zero: T;
  /** Undefined when the errors were noted in `decoding`; a refusal is thrown. Never given a null. */
  decode(node: YamlNode, decoding: Decoding): Decoded<T>;
  /** Whether `value` is the zero value, which most options do not show. */
  isEmpty(value: T): boolean;
  encode(value: T): YamlValue;
}

export type Decoded<T> = { readonly value: T } | undefined;

/** How often a node may be visited in all; an alias of an alias of an alias visits very often. */
const stepsMax = 2_000_000;

/** One decoding of one document: collects the type errors and remembers where objects came from. */
export class Decoding {
  /** Where relative paths start; undefined leaves them as they are. */
  readonly directory: string | undefined;
  /** What is done with an option that nobody knows. */
  readonly unknownFields: "refuse" | "ignore";
  readonly #typeErrors: { readonly line: number; readonly problem: string }[] = [];
  readonly #positions = new WeakMap<object, Position>();
  #steps = 0;

  constructor(directory?: string, unknownFields: "refuse" | "ignore" = "refuse") {
    this.directory = directory;
    this.unknownFields = unknownFields;
  }

  get typeErrorCount(): number {
    return this.#typeErrors.length;
  }

  /** Decodes a node that may stand for nothing. */
  decode<T>(type: YamlType<T>, node: YamlNode): Decoded<T> {
    this.#steps++;
    if (this.#steps > stepsMax) throw new ConfigError("yaml: document contains excessive aliasing");
    if (node.kind === "scalar" && isNullScalar(node)) return { value: type.zero };
    return type.decode(node, this);
  }

  /** Notes that the node is not of the type, and gives what `decode` returns then. */
  mismatch(node: YamlNode, goType: string): undefined {
    this.note(node.position, `cannot unmarshal ${describeNode(node)} into ${goType}`);
  }

  note(position: Position, problem: string): void {
    this.#typeErrors.push({ line: position.line, problem });
  }

  /** Remembers where an object was written, so that later checks can point at it. */
  place(decoded: object, position: Position): void {
    this.#positions.set(decoded, position);
  }

  placeOf(decoded: object): Position | undefined {
    return this.#positions.get(decoded);
  }

  /** Throws all type errors at once, as one `ConfigError`. */
  finish(): void {
    const sorted = [...this.#typeErrors].sort((left, right) => left.line - right.line);
    const [first] = sorted;
    if (first === undefined) return;
    const lines = sorted.map(({ line, problem }) => `  line ${line}: ${problem}`);
    throw new ConfigError(`yaml: unmarshal errors:\n${lines.join("\n")}`, {
      position: { line: first.line, column: 1 },
    });
  }
}

/** Decodes a whole document; an empty one gives `whenEmpty`. */
export function decodeDocument<T>(
  type: YamlType<T>,
  { root, whenEmpty }: { readonly root: YamlNode | undefined; readonly whenEmpty: T },
  decoding: Decoding,
): T {
  if (root === undefined) return whenEmpty;
  const decoded = decoding.decode(type, root);
  decoding.finish();
  return decoded?.value ?? whenEmpty;
}

/** What is wrong with a value, and which part of it when that is not the whole. */
export type Problem = string | { readonly message: string; readonly at: object };

/** Throws the problem, if there is one, at the place of its part or else at `position`. */
export function refuse(
  problem: Problem | undefined,
  position: Position,
  decoding: Decoding,
): asserts problem is undefined {
  if (problem === undefined) return;
  if (typeof problem === "string") throw new ConfigError(problem, { position });
  throw new ConfigError(problem.message, { position: decoding.placeOf(problem.at) ?? position });
}

function describeNode(node: YamlNode): string {
  if (node.kind === "list") return "!!seq";
  if (node.kind === "map") return "!!map";
  const shown = node.text.length > 10 ? `${node.text.slice(0, 7)}...` : node.text;
  return `${node.tag ?? resolveScalar(node).tag} \`${shown}\``;
}
