/**
 * JSON request bodies to objects in normal form (see plan.ts), in one walk over the text.
 *
 * Nothing is silently dropped: unknown and duplicate fields are reported in the order and the words
 * of `sigs.k8s.io/json`, type errors in those of Go's `encoding/json`, because clients and
 * conformance tests match both.
 */

import {
  type AnyKind,
  type Fields,
  type JsonObject,
  type JsonValue,
  type KindSchema,
  type ObjectOf,
} from "../schema/schema.ts";
import { badRequest, type StatusError } from "../status-error.ts";
import { canonicalQuantity } from "../quantity.ts";
import {
  canonicalMicroTime,
  canonicalTime,
  formatDurationNanos,
  parseDurationNanos,
} from "../time.ts";
import { ValueError } from "../value-error.ts";
import { JsonSyntaxError, JsonText, type JsonToken, numberOf, setOwn } from "./json-text.ts";
import { type FieldPlan, planOf, type StructPlan, type ValuePlan } from "./plan.ts";
import { canonicalBase64, isZero, jsonTextOf, utf8Of } from "./scalars.ts";
import { type ExpectedVersion, fillTypeMeta, typeMetaProblem } from "./type-meta.ts";

/** What becomes of unknown and duplicate fields: dropped, dropped with a warning, refused. */
export type FieldValidation = "ignore" | "warn" | "strict";

export interface DecodeOptions {
  readonly mode: FieldValidation;
  /** Which apiVersion the body may state; by default only the kind's own. */
  readonly version?: ExpectedVersion;
}

export interface Decoded<T> {
  readonly object: T;
  /** In encounter order, without the prefix of the header: `unknown field "spec.foo"`. */
  readonly warnings: readonly string[];
}

/** More findings than this are not collected. */
const strictProblemsMax = 100;
const summaryBytesMax = 30;
// Malformed UTF-8 becomes U+FFFD, as in Go; a byte order mark is part of the text and refused.
const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The object of `kind` in a request body. An absent apiVersion or kind is filled in.
 * Throws `BadRequest` with upstream's text.
 */
export function decodeJson<F extends Fields>(
  kind: KindSchema<F>,
  body: Uint8Array,
  options: DecodeOptions,
): Decoded<ObjectOf<F>> {
  return decodeJsonText(kind, textDecoder.decode(body), options);
}

/** The same for text that is not bytes: converted YAML, patched objects. */
export function decodeJsonText<F extends Fields>(
  kind: KindSchema<F>,
  text: string,
  options: DecodeOptions,
): Decoded<ObjectOf<F>> {
  const decoder = new JsonDecoder(text, options.mode !== "ignore");
  const object = refusing(kind, text, () => decoder.root(planOf(kind)));
  const problem = typeMetaProblem(kind, object, options.version ?? "own");
  if (problem !== undefined) throw badRequest(problem);
  const { problems } = decoder;
  if (options.mode === "strict" && problems.length > 0) {
    throw cannotBeHandled(kind, text, `strict decoding error: ${problems.join(", ")}`);
  }
  // The walk over the plan of `kind` made exactly this shape.
  return { object: fillTypeMeta(kind, object) as ObjectOf<F>, warnings: problems };
}

/** A number too long to be sure that it is exact. */
const longNumber = /[:[,]-?\d{16}/;

/**
 * An object that `encodeJson` wrote. It is trusted to be in normal form, which makes this several
 * times faster than decoding a request.
 */
export function decodeStoredJson(bytes: Uint8Array): JsonObject {
  const text = textDecoder.decode(bytes);
  return longNumber.test(text) ? new JsonText(text).object() : JSON.parse(text);
}

/** The normal form of a value that is already in memory, for example the result of a patch. */
export function decodeValue<F extends Fields>(
  kind: KindSchema<F>,
  value: JsonValue,
  options: DecodeOptions,
): Decoded<ObjectOf<F>> {
  return decodeJsonText(kind, jsonTextOf(value), options);
}

/** Runs `decode`; what it throws about the text becomes a refusal. */
function refusing<T>(kind: AnyKind, text: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw unrecognized(kind, text, error.message);
    if (!(error instanceof TypeMismatch || error instanceof ValueError)) throw error;
    // Text that breaks off later is no JSON at all, which counts before any wrong type.
    const refusal = () => cannotBeHandled(kind, text, error.message);
    throw refusing(kind, text, refusal);
  }
}

function cannotBeHandled(kind: AnyKind, text: string, why: string): StatusError {
  const stated = statedTypeMeta(text);
  const version = stated.apiVersion.slice(stated.apiVersion.indexOf("/") + 1);
  const name = stated.kind === "" ? kind.kind : stated.kind;
  const shown = JSON.stringify(version === "" ? kind.package.version : version);
  return badRequest(`${name} in version ${shown} cannot be handled as a ${kind.kind}: ${why}`);
}

/** apiVersion and kind of well-formed JSON, wherever in the object they stand. */
function statedTypeMeta(text: string): { readonly apiVersion: string; readonly kind: string } {
  const value = new JsonText(text).value();
  const textOf = (name: string): string => {
    const stated =
      typeof value === "object" && value !== null && name in value
        ? Object.getOwnPropertyDescriptor(value, name)?.value
        : undefined;
    return typeof stated === "string" ? stated : "";
  };
  return { apiVersion: textOf("apiVersion"), kind: textOf("kind") };
}

function unrecognized(kind: AnyKind, text: string, why: string): StatusError {
  const problem = `couldn't get version/kind; json parse error: ${why}`;
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind.kind}): ${problem} (${summaryOf(text)})`,
  );
}

/** The beginning of a body: JSON as text, anything else in hexadecimal. */
function summaryOf(text: string): string {
  if (text === "") return "<empty>";
  const bytes = utf8Of(text.slice(0, summaryBytesMax + 1));
  const rest = bytes.length > summaryBytesMax ? " ..." : "";
  if (text.startsWith("{")) return `${text.slice(0, summaryBytesMax)}${rest}`;
  const shown = bytes.subarray(0, summaryBytesMax);
  return `${[...shown].map((byte) => byte.toString(16).padStart(2, "0")).join("")}${rest}`;
}

/** A JSON value that does not fit the type of its field. */
class TypeMismatch extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TypeMismatch";
  }
}

/** Where the walk is: a field, an index of a list or a key of a map. */
type PathStep = FieldPlan | number | string;

/** The token that a value must begin with, for the forms that have only one. */
const plainTokens: Readonly<Partial<Record<ValuePlan["form"], JsonToken>>> = {
  string: "string",
  struct: "object",
  list: "array",
  map: "object",
  boolean: "bool",
  int32: "number",
  int64: "number",
  double: "number",
  bytes: "string",
};

class JsonDecoder {
  readonly problems: string[] = [];
  readonly #json: JsonText;
  readonly #isStrict: boolean;
  readonly #path: PathStep[] = [];

  constructor(text: string, isStrict: boolean) {
    this.#json = new JsonText(text);
    this.#isStrict = isStrict;
  }

  root(plan: StructPlan): JsonObject {
    const token = this.#json.peek();
    if (token !== "object" && token !== "null") {
      // Upstream fails here on the type it reads the type's name with.
      const goType = `struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;
      const message = `json: cannot unmarshal ${token} into Go value of type ${goType}`;
      this.#json.value();
      this.#json.end();
      throw new JsonSyntaxError(message);
    }
    const object = token === "null" ? this.#null(plan) : this.#struct(plan);
    this.#json.end();
    return object;
  }

  #null(plan: StructPlan): JsonObject {
    this.#json.null();
    return this.#filled(plan, {});
  }

  #struct(plan: StructPlan): JsonObject {
    const json = this.#json;
    const object: Record<string, JsonValue> = {};
    // One bit for each field that was met, in two halves because bits work on 32.
    let seenLow = 0;
    let seenHigh = 0;
    for (let more = json.openObject(); more; more = json.nextKey()) {
      const key = json.key();
      const field = plan.byName.get(key);
      if (field === undefined) {
        this.#report("unknown", key);
        json.value();
        continue;
      }
      if (((seenLow & field.lowBit) | (seenHigh & field.highBit)) !== 0) {
        this.#report("duplicate", key);
      }
      seenLow |= field.lowBit;
      seenHigh |= field.highBit;
      this.#path.push(field);
      this.#field(object, field);
      this.#path.pop();
    }
    return this.#filled(plan, object);
  }

  #field(object: Record<string, JsonValue>, field: FieldPlan): void {
    if (this.#json.peek() === "null") {
      this.#json.null();
      return;
    }
    const value = this.#value(field.value);
    if (!field.isDroppedWhenZero || !isZero(value)) object[field.name] = value;
    // The second of two duplicates wins even when it is zero.
    else if (object[field.name] !== undefined) delete object[field.name];
  }

  #filled(plan: StructPlan, object: Record<string, JsonValue>): JsonObject {
    for (const field of plan.filled) {
      if (object[field.name] === undefined && field.zero !== undefined) {
        object[field.name] = field.zero();
      }
    }
    return object;
  }

  #value(plan: ValuePlan): JsonValue {
    const json = this.#json;
    const expected = plainTokens[plan.form];
    if (expected === undefined) return this.#special(plan);
    if (json.peek() !== expected) return this.#misfit(plan);
    switch (plan.form) {
      case "string":
        return json.string();
      case "struct":
        return this.#struct(plan.struct);
      case "list":
        return this.#list(plan.element);
      case "map":
        return this.#map(plan.element);
      case "boolean":
        return json.bool();
      case "double":
        return Number(json.numberLiteral());
      case "bytes":
        return canonicalBase64(json.string());
      default:
        return this.#integer(plan);
    }
  }

  #list(element: ValuePlan): JsonValue[] {
    const json = this.#json;
    const list: JsonValue[] = [];
    const path = this.#path;
    for (let more = json.openArray(); more; more = json.nextElement()) {
      path.push(list.length);
      list.push(json.peek() === "null" ? this.#nullElement(element) : this.#value(element));
      path.pop();
    }
    return list;
  }

  #map(element: ValuePlan): JsonObject {
    const json = this.#json;
    const map: Record<string, JsonValue> = {};
    for (let more = json.openObject(); more; more = json.nextKey()) {
      const key = json.key();
      if (this.#isStrict && Object.hasOwn(map, key)) this.#report("duplicate", key);
      this.#path.push(key);
      setOwn(map, key, json.peek() === "null" ? this.#nullElement(element) : this.#value(element));
      this.#path.pop();
    }
    return map;
  }

  /** Go reads null as the zero value of the element. */
  #nullElement(plan: ValuePlan): JsonValue {
    this.#json.null();
    switch (plan.form) {
      case "struct":
        return this.#filled(plan.struct, {});
      case "list":
        return [];
      case "map":
      case "rawExtension":
        return {};
      case "boolean":
        return false;
      case "int32":
      case "int64":
      case "double":
      case "intOrString":
        return 0;
      case "quantity":
        return "0";
      case "json":
      case "time":
      case "microTime":
        return null;
      default:
        return "";
    }
  }

  #integer(plan: ValuePlan): number | bigint {
    const literal = this.#json.numberLiteral();
    const value = numberOf(literal);
    const isInteger = /^-?\d+$/.test(literal);
    if (isInteger && isWithin(value, plan.form === "int32" ? 32 : 64)) return value;
    if (this.#isKeptAsSaid()) return value;
    throw this.#mismatchOf(`number ${literal}`, plan.goType);
  }

  /** A value of the wrong type. */
  #misfit(plan: ValuePlan): JsonValue {
    if (this.#isKeptAsSaid()) return this.#json.value();
    throw this.#mismatchOf(this.#json.peek(), plan.goType);
  }

  #isKeptAsSaid(): boolean {
    const field = this.#path.findLast((step) => typeof step === "object");
    return field?.isKeptAsSaid === true;
  }

  #special(plan: ValuePlan): JsonValue {
    const json = this.#json;
    const token = json.peek();
    switch (plan.form) {
      case "quantity":
        if (token === "number") return canonicalQuantity(json.numberLiteral());
        return token === "string" ? canonicalQuantity(json.string()) : this.#badQuantity();
      case "time":
        return token === "string" ? canonicalTime(json.string()) : this.#plainMismatch();
      case "microTime":
        return token === "string" ? canonicalMicroTime(json.string()) : this.#plainMismatch();
      case "duration":
        return token === "string" ? canonicalDuration(json.string()) : this.#plainMismatch();
      case "intOrString":
        return token === "string" ? json.string() : this.#intstr();
      default:
        return json.value();
    }
  }

  #intstr(): JsonValue {
    if (this.#json.peek() !== "number") return this.#plainMismatch("int32");
    const literal = this.#json.numberLiteral();
    const value = numberOf(literal);
    if (/^-?\d+$/.test(literal) && isWithin(value, 32)) return value;
    throw new TypeMismatch(`json: cannot unmarshal number ${literal} into Go value of type int32`);
  }

  #badQuantity(): never {
    this.#json.value();
    // Upstream reads the raw text as a number and finds that it is none.
    throw new ValueError(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  }

  /** For types that read themselves: their errors do not know the field. */
  #plainMismatch(goType = "string"): never {
    const token = this.#json.peek();
    throw new TypeMismatch(`json: cannot unmarshal ${token} into Go value of type ${goType}`);
  }

  #mismatchOf(found: string, goType: string): TypeMismatch {
    const fields = this.#path.filter((step): step is FieldPlan => typeof step === "object");
    const owner = fields[fields.length - 1]?.owner ?? "";
    const path = fields.map((field) => field.name).join(".");
    return new TypeMismatch(
      `json: cannot unmarshal ${found} into Go struct field ${owner}.${path} of type ${goType}`,
    );
  }

  #report(what: "unknown" | "duplicate", key: string): void {
    if (!this.#isStrict || this.problems.length >= strictProblemsMax) return;
    let path = "";
    for (const step of [...this.#path, key]) {
      if (typeof step === "number") path += `[${step}]`;
      else path += `${path === "" ? "" : "."}${typeof step === "string" ? step : step.name}`;
    }
    const problem = `${what} field ${JSON.stringify(path)}`;
    if (!this.problems.includes(problem)) this.problems.push(problem);
  }
}

function canonicalDuration(text: string): string {
  return formatDurationNanos(parseDurationNanos(text));
}

function isWithin(value: number | bigint, bits: 32 | 64): boolean {
  if (bits === 32) return typeof value === "number" && value === (value | 0);
  return typeof value === "number" || BigInt.asIntN(64, value) === value;
}
