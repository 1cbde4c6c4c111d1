/**
 * What a scalar means, by the rules of go-yaml 2: booleans of YAML 1.1, numbers in Go's notations,
 * and everything else text. Dates stay text, for no option is one.
 */
import { ConfigError } from "../config-error.ts";
import type { YamlScalar } from "./node.ts";

export type ResolvedScalar =
  | { readonly tag: "!!null" }
  | { readonly tag: "!!bool"; readonly value: boolean }
  | { readonly tag: "!!int"; readonly value: number }
  | { readonly tag: "!!float"; readonly value: number }
  | { readonly tag: string; readonly value: string };

const words: ReadonlyMap<string, ResolvedScalar> = new Map<string, ResolvedScalar>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, { tag: "!!null" }] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, { tag: "!!bool", value: true }] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, { tag: "!!bool", value: false }] as const,
  ),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, { tag: "!!float", value: NaN }] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map(
    (word) => [word, { tag: "!!float", value: Infinity }] as const,
  ),
  ...["-.inf", "-.Inf", "-.INF"].map(
    (word) => [word, { tag: "!!float", value: -Infinity }] as const,
  ),
]);

/** What the scalar is, with its tag in short form. Throws a `ConfigError` for broken `!!binary`. */
export function resolveScalar(scalar: YamlScalar): ResolvedScalar {
  const { tag, text } = scalar;
  if (tag === "!!binary") return { tag, value: decodeBinary(scalar) };
  if (tag !== undefined && !/^!!(?:bool|int|float|null)$/.test(tag)) return { tag, value: text };
  if (tag === undefined && !scalar.isPlain) return { tag: "!!str", value: text };
  return resolvePlain(text);
}

/** Whether a scalar stands for nothing, so that an option has the empty value of its type. */
export function isNullScalar(scalar: YamlScalar): boolean {
  return scalar.tag === "!!null" || (scalar.tag === undefined && isNullText(scalar));
}

function isNullText({ isPlain, text }: YamlScalar): boolean {
  return isPlain && words.get(text)?.tag === "!!null";
}

/** What a text means when it is written without quotes. */
export function resolvePlain(text: string): ResolvedScalar {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (/^[-+0-9.]/.test(text)) {
    const value = integerOf(text.replaceAll("_", ""));
    if (value !== undefined) return { tag: "!!int", value };
    const plain = text.replaceAll("_", "");
    if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(plain)) {
      return { tag: "!!float", value: Number(plain) };
    }
  }
  return { tag: "!!str", value: text };
}

const bases: readonly (readonly [notation: RegExp, base: number])[] = [
  [/^0[xX]([0-9a-fA-F]+)$/, 16],
  [/^0[bB]([01]+)$/, 2],
  [/^0[oO]?([0-7]+)$/, 8],
  [/^(0|[1-9][0-9]*)$/, 10],
];

function integerOf(text: string): number | undefined {
  const digits = text.replace(/^[-+]/, "");
  for (const [notation, base] of bases) {
    const found = notation.exec(digits)?.[1];
    if (found === undefined) continue;
    const value = Number.parseInt(found, base);
    // Beyond 64 bits it is no integer in Go either.
    if (value >= 2 ** 64) return undefined;
    return text.startsWith("-") ? -value : value;
  }
  return undefined;
}

/** A byte that is no UTF-8 becomes a lone surrogate, which no valid name or value contains. */
function decodeBinary(scalar: YamlScalar): string {
  const encoded = scalar.text.replace(/[\r\n]/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)) {
    throw new ConfigError("yaml: !!binary value contains invalid base64 data", {
      position: scalar.position,
    });
  }
  const binary = atob(encoded);
  const text = new TextDecoder().decode(
    Uint8Array.from(binary, (character) => character.charCodeAt(0)),
  );
  if (!text.includes("\ufffd")) return text;
  return binary.replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
}
