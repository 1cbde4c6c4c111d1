/**
 * Protobuf request bodies to objects in the same normal form as JSON gives (see plan.ts).
 *
 * A body is the bytes `k8s\0` and a `runtime.Unknown`: apiVersion, kind and the object without them.
 * Go writes plain scalars even when they are zero; the plan knows which of them JSON leaves out.
 * Unknown fields are passed over, as protobuf wants it.
 */

import { ProtobufError, ProtobufReader, wireBytes } from "#base";
import type { AnyKind, Fields, JsonValue, KindSchema, ObjectOf } from "../schema/schema.ts";
import { badRequest } from "../status-error.ts";
import { canonicalQuantity } from "../quantity.ts";
import { formatDurationNanos, type Instant, microTimeOf, timeOf } from "../time.ts";
import { ValueError } from "../value-error.ts";
import { JsonSyntaxError, JsonText, setOwn } from "./json-text.ts";
import { type FieldPlan, planOf, type StructPlan, type ValuePlan, type WirePlan } from "./plan.ts";
import { isJsonList, isJsonObject } from "../json-value.ts";
import { base64Of, isZero } from "./scalars.ts";
import { type ExpectedVersion, fillTypeMeta, typeMetaProblem } from "./type-meta.ts";

/** The first bytes of every stored or sent object: `k8s` and a zero. */
export const protobufPrefix: readonly number[] = [0x6b, 0x38, 0x73, 0];

/** Messages nested deeper than this are refused. */
const depthMax = 200;
const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What the envelope says about an object, and the object itself. */
export interface ProtobufEnvelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly contentType: string;
  readonly raw: Uint8Array;
}

export interface DecodeProtobufOptions {
  readonly version?: ExpectedVersion;
}

/** The object of `kind` in a request body; throws `BadRequest`. */
export function decodeProtobuf<F extends Fields>(
  kind: KindSchema<F>,
  body: Uint8Array,
  options: DecodeProtobufOptions = {},
): ObjectOf<F> {
  const envelope = readProtobufEnvelope(body);
  const stated = { apiVersion: envelope.apiVersion, kind: envelope.kind };
  const problem = typeMetaProblem(kind, stated, options.version ?? "own");
  if (problem !== undefined) throw badRequest(problem);
  const object = decodeMessage(kind, envelope.raw, stated);
  // The walk over the plan of `kind` made exactly this shape.
  return object as ObjectOf<F>;
}

function decodeMessage(
  kind: AnyKind,
  raw: Uint8Array,
  stated: { readonly apiVersion: string; readonly kind: string },
): object {
  const typeMeta = fillTypeMeta(kind, stated);
  try {
    return { ...typeMeta, ...readStruct(new ProtobufReader(raw), planOf(kind), 0) };
  } catch (error) {
    const isRefusal =
      error instanceof ProtobufError ||
      error instanceof ValueError ||
      error instanceof JsonSyntaxError;
    if (!isRefusal) throw error;
    const version = JSON.stringify(kind.package.version);
    const name = stated.kind === "" ? kind.kind : stated.kind;
    throw badRequest(
      `${name} in version ${version} cannot be handled as a ${kind.kind}: ${error.message}`,
    );
  }
}

/** Opens the envelope of an object; throws `BadRequest` for anything else. */
export function readProtobufEnvelope(body: Uint8Array): ProtobufEnvelope {
  if (!protobufPrefix.every((byte, index) => body[index] === byte)) {
    throw badRequest(
      "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    );
  }
  try {
    return readEnvelope(new ProtobufReader(body, protobufPrefix.length));
  } catch (error) {
    if (error instanceof ProtobufError) throw badRequest(error.message);
    throw error;
  }
}

function readEnvelope(reader: ProtobufReader): ProtobufEnvelope {
  let typeMeta = { apiVersion: "", kind: "" };
  let contentType = "";
  let raw: Uint8Array = new Uint8Array();
  while (reader.next()) {
    if (reader.field === 1) typeMeta = readTypeMeta(reader.message());
    else if (reader.field === 2) raw = reader.bytes();
    else if (reader.field === 4) contentType = reader.string();
    else reader.skip();
  }
  return { ...typeMeta, contentType, raw };
}

function readTypeMeta(reader: ProtobufReader): { apiVersion: string; kind: string } {
  const typeMeta = { apiVersion: "", kind: "" };
  while (reader.next()) {
    if (reader.field === 1) typeMeta.apiVersion = reader.string();
    else if (reader.field === 2) typeMeta.kind = reader.string();
    else reader.skip();
  }
  return typeMeta;
}

type Draft = Record<string, JsonValue>;

function readStruct(reader: ProtobufReader, plan: StructPlan, depth: number): Draft {
  if (depth > depthMax) throw new ValueError("exceeded max depth");
  const object: Draft = {};
  readFields(reader, plan.wire, object, depth);
  for (const field of plan.filled) {
    if (object[field.name] === undefined && field.zero !== undefined) {
      object[field.name] = field.zero();
    }
  }
  return object;
}

function readFields(reader: ProtobufReader, wire: WirePlan, object: Draft, depth: number): void {
  while (reader.next()) {
    const entry = wire.byNumber[reader.field];
    if (entry === undefined) reader.skip();
    else if (entry.nested !== undefined) {
      readFields(reader.message(), entry.nested, object, depth);
    } else readField(reader, entry.field, object, depth);
  }
}

function readField(reader: ProtobufReader, field: FieldPlan, object: Draft, depth: number): void {
  const { value, name } = field;
  if (value.form === "list" && !value.isMessage) {
    const present = object[name];
    const list = present !== undefined && isMutableList(present) ? present : [];
    readElements(reader, value.element, list, depth);
    object[name] = list;
    return;
  }
  if (value.form === "map") {
    const present = object[name];
    const map = present !== undefined && isDraft(present) ? present : {};
    readMapEntry(reader.message(), value.element, map, depth);
    object[name] = map;
    return;
  }
  const read = readValue(reader, value, depth);
  if (read !== undefined && !(field.isDroppedWhenZero && isZero(read))) object[name] = read;
}

function isMutableList(value: JsonValue): value is JsonValue[] {
  return isJsonList(value);
}

function isDraft(value: JsonValue): value is Draft {
  return isJsonObject(value);
}

function readElements(
  reader: ProtobufReader,
  element: ValuePlan,
  list: JsonValue[],
  depth: number,
): void {
  const isInteger = element.form === "int32" || element.form === "int64";
  if (isInteger && reader.wireType === wireBytes) {
    throw new ValueError("packed integers are not supported");
  }
  list.push(readValue(reader, element, depth) ?? emptyElement(element));
}

function readMapEntry(reader: ProtobufReader, element: ValuePlan, map: Draft, depth: number): void {
  let key = "";
  let value: JsonValue | undefined;
  while (reader.next()) {
    if (reader.field === 1) key = reader.string();
    else if (reader.field === 2) value = readValue(reader, element, depth);
    else reader.skip();
  }
  setOwn(map, key, value ?? emptyElement(element));
}

/** What an element stands for whose message carries nothing. */
function emptyElement(plan: ValuePlan): JsonValue {
  switch (plan.form) {
    case "quantity":
      return "0";
    case "list":
      return [];
    case "struct":
    case "rawExtension":
    case "map":
      return {};
    case "json":
    case "time":
    case "microTime":
      return null;
    default:
      return "";
  }
}

/** The value at this field; undefined when its message says that there is none. */
function readValue(reader: ProtobufReader, plan: ValuePlan, depth: number): JsonValue | undefined {
  switch (plan.form) {
    case "string":
      return reader.string();
    case "boolean":
      return reader.bool();
    case "int32":
      return reader.int32();
    case "int64":
      return reader.int64();
    case "double":
      return reader.double();
    case "bytes":
      return base64Of(reader.bytes());
    case "struct":
      return readStruct(reader.message(), plan.struct, depth + 1);
    default:
      return readMessage(reader.message(), plan, depth);
  }
}

/** The values that are messages of their own in protobuf, and something simpler in JSON. */
function readMessage(
  reader: ProtobufReader,
  plan: ValuePlan,
  depth: number,
): JsonValue | undefined {
  switch (plan.form) {
    case "time":
    case "microTime": {
      const instant = readInstant(reader);
      if (instant === undefined) return undefined;
      return plan.form === "time" ? timeOf(instant) : microTimeOf(instant);
    }
    case "duration":
      return readDuration(reader);
    case "quantity":
      return readQuantity(reader);
    case "intOrString":
      return readIntOrString(reader);
    case "list": {
      const list: JsonValue[] = [];
      while (reader.next()) {
        if (reader.field === 1) readElements(reader, plan.element, list, depth);
        else reader.skip();
      }
      return list;
    }
    default:
      return readRawJson(reader);
  }
}

const secondsMax = 253_402_300_799;
const secondsMin = -62_135_596_800;

function readInstant(reader: ProtobufReader): Instant | undefined {
  let seconds: number | bigint | undefined;
  let nanos = 0;
  while (reader.next()) {
    if (reader.field === 1) seconds = reader.int64();
    else if (reader.field === 2) nanos = reader.int32();
    else reader.skip();
  }
  if (seconds === undefined) return undefined;
  const isPossible = seconds >= secondsMin && seconds <= secondsMax && nanos >= 0 && nanos < 1e9;
  if (!isPossible) throw new ValueError("timestamp out of range");
  return { seconds: Number(seconds), nanos };
}

function readDuration(reader: ProtobufReader): string {
  let nanos: number | bigint = 0;
  while (reader.next()) {
    if (reader.field === 1) nanos = reader.int64();
    else reader.skip();
  }
  return formatDurationNanos(BigInt(nanos));
}

function readQuantity(reader: ProtobufReader): string | undefined {
  let text: string | undefined;
  while (reader.next()) {
    if (reader.field === 1) text = reader.string();
    else reader.skip();
  }
  return text === undefined ? undefined : canonicalQuantity(text);
}

function readIntOrString(reader: ProtobufReader): number | string {
  let isString = false;
  let integer = 0;
  let text = "";
  while (reader.next()) {
    if (reader.field === 1) isString = reader.int32() === 1;
    else if (reader.field === 2) integer = reader.int32();
    else if (reader.field === 3) text = reader.string();
    else reader.skip();
  }
  return isString ? text : integer;
}

/** JSON inside of protobuf: embedded objects, field sets and free-form values. */
function readRawJson(reader: ProtobufReader): JsonValue | undefined {
  let raw: Uint8Array | undefined;
  while (reader.next()) {
    if (reader.field === 1) raw = reader.bytes();
    else reader.skip();
  }
  if (raw === undefined || raw.length === 0) return undefined;
  if (protobufPrefix.every((byte, index) => raw[index] === byte)) {
    throw new ValueError("embedded objects must be JSON");
  }
  const json = new JsonText(textDecoder.decode(raw));
  const value = json.value();
  json.end();
  return value;
}
