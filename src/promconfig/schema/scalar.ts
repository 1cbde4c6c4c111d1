import { formatFloat } from "#base";
import { ConfigError } from "../config-error.ts";
import { resolveScalar } from "../yaml/resolve.ts";
import type { YamlValue } from "../yaml/write.ts";
import type { Problem, YamlType } from "./yaml-type.ts";
import { refuse } from "./yaml-type.ts";

/** Text; a number or a boolean is taken as it is written. */
export const text: YamlType<string> = textOf("string");

/** Text whose Go type has a name of its own. */
export function textOf(goType: string): YamlType<string> {
  return {
    goType,
    zero: "",
    decode: (node, decoding) => {
      if (node.kind !== "scalar") return decoding.mismatch(node, goType);
      const resolved = resolveScalar(node);
      return { value: resolved.tag === "!!binary" ? String(valueOf(resolved)) : node.text };
    },
    isEmpty: (value) => value === "",
    encode: textValue,
  };
}

export const bool: YamlType<boolean> = {
  goType: "bool",
  zero: false,
  decode: (node, decoding) => {
    const value = node.kind === "scalar" ? valueOf(resolveScalar(node)) : undefined;
    return typeof value === "boolean" ? { value } : decoding.mismatch(node, "bool");
  },
  isEmpty: (value) => !value,
  encode: (value) => ({ kind: "literal", text: String(value) }),
};

export const integer = numberOf("int", (value) => Math.trunc(value));
export const integer64 = numberOf("int64", (value) => Math.trunc(value));
export const unsigned = numberOf("uint", unsignedOf);
export const unsigned64 = numberOf("uint64", unsignedOf);
export const float = numberOf("float64", (value) => value, floatText);

function unsignedOf(value: number): number | undefined {
  return value < 0 ? undefined : Math.trunc(value);
}

function numberOf(
  goType: string,
  convert: (value: number) => number | undefined,
  format: (value: number) => string = String,
): YamlType<number> {
  return {
    goType,
    zero: 0,
    decode: (node, decoding) => {
      const read = node.kind === "scalar" ? valueOf(resolveScalar(node)) : undefined;
      const value = typeof read === "number" ? convert(read) : undefined;
      return value === undefined ? decoding.mismatch(node, goType) : { value };
    },
    isEmpty: (value) => value === 0,
    encode: (value) => ({ kind: "literal", text: format(value) }),
  };
}

/** A type whose text has a notation: what `parse` throws becomes the file's error, at its place. */
export function parsed<T>(options: {
  readonly goType: string;
  readonly zero: T;
  readonly parse: (text: string) => T;
  readonly format: (value: T) => string;
  readonly isEmpty: (value: T) => boolean;
}): YamlType<T> {
  const source = textOf(options.goType);
  return {
    goType: options.goType,
    zero: options.zero,
    decode: (node, decoding) => {
      const decoded = source.decode(node, decoding);
      if (decoded === undefined) return undefined;
      try {
        return { value: options.parse(decoded.value) };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        throw new ConfigError(error.message, { position: node.position, cause: error });
      }
    },
    isEmpty: options.isEmpty,
    encode: (value) => textValue(options.format(value)),
  };
}

/** The same type with a condition on its values. */
export function checked<T>(
  type: YamlType<T>,
  check: (value: T) => Problem | undefined,
): YamlType<T> {
  return {
    ...type,
    decode: (node, decoding) => {
      const decoded = type.decode(node, decoding);
      if (decoded !== undefined) refuse(check(decoded.value), node.position, decoding);
      return decoded;
    },
  };
}

/** One of a few words; `describe` says what is wrong with another. */
export function choice<const W extends string>(
  words: readonly W[],
  describe: (text: string) => string,
  goType = "string",
): YamlType<W | ""> {
  const known: readonly string[] = words;
  const isWord = (word: string): word is W => known.includes(word);
  return parsed<W | "">({
    goType,
    zero: "",
    parse: (word) => {
      if (isWord(word)) return word;
      throw new ConfigError(describe(word));
    },
    format: (word) => word,
    isEmpty: (word) => word === "",
  });
}

export function textValue(value: string): YamlValue {
  return { kind: "text", text: value };
}

function valueOf(
  resolved: ReturnType<typeof resolveScalar>,
): string | number | boolean | undefined {
  return "value" in resolved ? resolved.value : undefined;
}

/** YAML has words of its own for what is no number. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  return formatFloat(value, "g");
}
