/** One value under one verb of Go's `fmt`, with flags, width and precision. */
import { compareText, quoteGo } from "#base";
import { type FloatVerb, formatGoFloat } from "./float-text.ts";
import { isPrintable, quoteAscii, quoteCharacter } from "./quote.ts";
import {
  CallRefusal,
  type GoFunction,
  type GoValue,
  isKind,
  typeNameOf,
  unboxed,
} from "./value.ts";

/** What stands between `%` and the verb. */
export interface Flags {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** What `+` and `#` mean under `%v`: fields with their names, and values in Go's syntax. */
  readonly namesFields: boolean;
  readonly usesSyntax: boolean;
}

export const noFlags: Flags = {
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  width: undefined,
  precision: undefined,
  namesFields: false,
  usesSyntax: false,
};

/** The value as `%v` shows it. */
export function formatPlain(value: GoValue): string {
  return formatValue(value, "v", noFlags);
}

export function formatValue(value: GoValue, verb: string, flags: Flags, depth = 0): string {
  const inner = unboxed(value);
  if (inner === undefined || inner === null) {
    return verb === "v" || verb === "T" ? padded("<nil>", flags) : badVerb(inner, verb, flags);
  }
  if (verb === "T") return formatString(typeNameOf(inner), "s", flags);
  switch (typeof inner) {
    case "boolean":
      return "vt".includes(verb) ? padded(String(inner), flags) : badVerb(inner, verb, flags);
    case "string":
      return formatString(inner, verb, flags);
    case "bigint":
      return formatInteger(inner, verb, flags);
    case "number":
      return formatFloatValue(inner, verb, flags);
    default:
      return formatObject(inner, verb, flags, depth);
  }
}

function formatObject(
  value: Composite | GoFunction,
  verb: string,
  flags: Flags,
  depth: number,
): string {
  if (value.kind === "function") return badVerb(value, verb, flags);
  const text = ownText(value);
  if (text !== undefined && "vsxXq".includes(verb)) return formatString(text, verb, flags);
  return formatComposite(value, verb, flags, depth);
}

/** What the value's method `String` gives, if it has one. */
function ownText(value: Composite): string | undefined {
  if (value.kind === "struct") return value.text;
  const text = value.methods?.get("String")?.call([]);
  return typeof text === "string" ? text : undefined;
}

/** What Go prints when a verb does not suit its argument. */
function badVerb(value: GoValue, verb: string, flags: Flags): string {
  const inner = unboxed(value);
  if (inner === undefined || inner === null) return `%!${verb}(<nil>)`;
  const shown = isKind(inner, "function") ? "?" : formatValue(inner, "v", flags);
  return `%!${verb}(${typeNameOf(inner)}=${shown})`;
}

function formatString(text: string, verb: string, flags: Flags): string {
  const kept =
    flags.precision === undefined ? text : Array.from(text).slice(0, flags.precision).join("");
  switch (verb) {
    case "v":
      return padded(flags.usesSyntax ? quoteGo(text) : kept, flags);
    case "s":
      return padded(kept, flags);
    case "q":
      if (flags.sharp && canBackquote(kept)) return padded(`\`${kept}\``, flags);
      return padded(flags.plus ? quoteAscii(kept) : quoteGo(kept), flags);
    case "x":
    case "X":
      return padded(hexadecimalBytes(text, verb, flags), flags);
    default:
      return badVerb(text, verb, flags);
  }
}

function canBackquote(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are the characters that are excluded
  return !/[\u0000-\u0008\u000a-\u001f\u007f`\ufeff]/.test(text);
}

function hexadecimalBytes(text: string, verb: "x" | "X", flags: Flags): string {
  const bytes = new TextEncoder().encode(text).subarray(0, flags.precision);
  const prefix = flags.sharp ? "0x" : "";
  const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  const joined = flags.space
    ? pairs.map((pair) => prefix + pair).join(" ")
    : (pairs.length > 0 ? prefix : "") + pairs.join("");
  return verb === "X" ? joined.toUpperCase() : joined;
}

const bases: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function formatInteger(value: bigint, verb: string, flags: Flags): string {
  switch (verb) {
    case "c":
      return padded(String.fromCodePoint(codePointOf(value)), flags);
    case "q":
      return padded(quoteCharacter(codePointOf(value)), flags);
    case "U":
      return padded(unicodeNotation(value, flags), { ...flags, zero: false });
    default:
      break;
  }
  const base = Object.hasOwn(bases, verb) ? bases[verb] : undefined;
  if (base === undefined) return badVerb(value, verb, flags);
  if (flags.precision === 0 && value === 0n) return padded("", { ...flags, zero: false });
  const sign = signOf(value < 0n, flags);
  let digits = (value < 0n ? -value : value).toString(base);
  digits = digits.padStart(digitsMin(sign, flags), "0");
  const text = sign + prefixOf(verb, digits, flags) + digits;
  return padded(verb === "X" ? text.toUpperCase() : text, { ...flags, zero: false });
}

function signOf(isNegative: boolean, flags: Flags): string {
  if (isNegative) return "-";
  return flags.plus ? "+" : flags.space ? " " : "";
}

/** Zeros fill an integer up to its precision, or else its width. */
function digitsMin(sign: string, flags: Flags): number {
  if (flags.precision !== undefined) return flags.precision;
  return flags.zero && !flags.minus ? (flags.width ?? 0) - sign.length : 0;
}

function prefixOf(verb: string, digits: string, flags: Flags): string {
  const zero = flags.sharp && "oO".includes(verb) && !digits.startsWith("0") ? "0" : "";
  if (verb === "O") return `0o${zero}`;
  if (!flags.sharp) return "";
  return verb === "b" ? "0b" : "xX".includes(verb) ? "0x" : zero;
}

function codePointOf(value: bigint): number {
  const isValid = value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn);
  return isValid ? Number(value) : 0xfffd;
}

function unicodeNotation(value: bigint, flags: Flags): string {
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const notation = `U+${digits.padStart(Math.max(flags.precision ?? 0, 4), "0")}`;
  const codePoint = Number(value);
  const isShown = flags.sharp && value >= 0n && value <= 0x10ffffn && isPrintable(codePoint);
  return isShown ? `${notation} '${String.fromCodePoint(codePoint)}'` : notation;
}

function formatFloatValue(value: number, verb: string, flags: Flags): string {
  const floatVerb = floatVerbOf(verb);
  if (floatVerb === undefined) return badVerb(value, verb, flags);
  const precision = flags.precision ?? ("feE".includes(floatVerb) ? 6 : undefined);
  const text = formatGoFloat(value, floatVerb, precision);
  const digits = text.replace(/^[+-]/, "");
  const sign = signOf(text.startsWith("-"), flags);
  if (!Number.isFinite(value)) {
    const shown = digits === "Inf" && sign === "" ? "+Inf" : sign + digits;
    return padded(shown, { ...flags, zero: false });
  }
  const pointed = flags.sharp && verb !== "b" ? withPoint(digits, verb, flags) : digits;
  const zeros = flags.zero && !flags.minus ? (flags.width ?? 0) - sign.length : 0;
  return padded(sign + pointed.padStart(zeros, "0"), flags);
}

function floatVerbOf(verb: string): FloatVerb | undefined {
  switch (verb) {
    case "v":
      return "g";
    case "F":
      return "f";
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
    case "b":
    case "x":
    case "X":
      return verb;
    default:
      return undefined;
  }
}

/** With the flag `#` a decimal point is always there, and `g` keeps its trailing zeros. */
function withPoint(text: string, verb: string, flags: Flags): string {
  const [, mantissa = "", exponent = ""] = /^([^eE]*)(.*)$/.exec(text) ?? [];
  const pointed = mantissa.includes(".") ? mantissa : `${mantissa}.`;
  if (!"vgG".includes(verb)) return pointed + exponent;
  const significant = pointed.replace(".", "").replace(/^0+/, "").length;
  const isZero = mantissa === "0";
  const missing = (flags.precision ?? 6) - significant - (isZero ? 1 : 0);
  return pointed + "0".repeat(Math.max(missing, 0)) + exponent;
}

type Composite = Extract<GoValue, { readonly kind: "list" | "map" | "struct" }>;

/** How deep lists and maps are shown; data from outside is a tree, and never so deep. */
const depthMax = 100;

function formatComposite(value: Composite, verb: string, flags: Flags, depth: number): string {
  if (depth > depthMax) throw new CallRefusal("value is nested too deeply to be printed");
  const show = (item: GoValue) =>
    isNil(item) ? "<nil>" : formatValue(item, verb, flags, depth + 1);
  const isSyntax = flags.usesSyntax;
  const separator = isSyntax ? ", " : " ";
  if (value.kind === "list") {
    const items = value.items.map(show).join(separator);
    return isSyntax ? `${value.typeName}{${items}}` : `[${items}]`;
  }
  if (value.kind === "map") {
    const keys = [...value.entries.keys()].sort(compareText);
    const entries = keys.map((key) => `${show(key)}:${show(value.entries.get(key))}`);
    const joined = entries.join(separator);
    return isSyntax ? `${value.typeName}{${joined}}` : `map[${joined}]`;
  }
  const isNamed = flags.namesFields || isSyntax;
  const fields = [...value.fields].map(([name, field]) =>
    isNamed ? `${name}:${show(field)}` : show(field),
  );
  const pointer = value.typeName.startsWith("*") ? "&" : "";
  const type = isSyntax ? value.typeName.replace(/^\*/, "") : "";
  return `${pointer}${type}{${fields.join(separator)}}`;
}

function isNil(value: GoValue): boolean {
  const inner = unboxed(value);
  return inner === undefined || inner === null;
}

/** Longer fields than this are no formatting; Go draws the line here, too. */
export const widthMax = 1_000_000;

function padded(text: string, flags: Flags): string {
  if (flags.width === undefined) return text;
  const missing = flags.width - Array.from(text).length;
  if (missing <= 0) return text;
  if (flags.minus) return text + " ".repeat(missing);
  return (flags.zero ? "0" : " ").repeat(missing) + text;
}
