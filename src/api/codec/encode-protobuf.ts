/** Objects to protobuf, byte for byte as gogo's generated code writes them. */

import { compareText, ProtobufWriter } from "#base";
import { type AnyKind, asJsonObject, type JsonObject, type JsonValue } from "../schema/schema.ts";
import { instantOf, parseDurationNanos } from "../time.ts";
import { protobufPrefix } from "./decode-protobuf.ts";
import { type FieldPlan, planOf, type ValuePlan, type WirePlan } from "./plan.ts";
import { isJsonList, isJsonObject } from "../json-value.ts";
import { bytesOfBase64, jsonTextOf, utf8Of } from "./scalars.ts";
import { apiVersionOf } from "./type-meta.ts";

/** The object with its envelope, as it is sent and stored. */
export function encodeProtobuf(kind: AnyKind, object: object): Uint8Array {
  const json = asJsonObject(object);
  const writer = new ProtobufWriter();
  writer.raw(new Uint8Array(protobufPrefix));
  const typeMeta = writer.begin(1);
  writer.string(1, textOf(json["apiVersion"]) || apiVersionOf(kind));
  writer.string(2, textOf(json["kind"]) || kind.kind);
  writer.end(typeMeta);
  const raw = writer.begin(2);
  writeFields(writer, planOf(kind).wire, json);
  writer.end(raw);
  // Content encoding and content type: none, which means protobuf.
  writer.string(3, "");
  writer.string(4, "");
  return writer.finish();
}

/**
 * One frame of a watch: four bytes of length, big endian, and a bare `WatchEvent` around `object`,
 * which has its own envelope.
 */
export function encodeWatchFrame(type: string, object: Uint8Array): Uint8Array {
  const writer = new ProtobufWriter();
  writer.string(1, type);
  const extension = writer.begin(2);
  writer.bytes(1, object);
  writer.end(extension);
  const event = writer.finish();
  const frame = new Uint8Array(4 + event.length);
  new DataView(frame.buffer).setUint32(0, event.length);
  frame.set(event, 4);
  return frame;
}

function writeFields(writer: ProtobufWriter, wire: WirePlan, object: JsonObject): void {
  for (const entry of wire.entries) {
    if (entry.nested === undefined) {
      writeField(writer, entry.field, object[entry.field.name]);
      continue;
    }
    const mark = writer.begin(entry.number);
    writeFields(writer, entry.nested, object);
    writer.end(mark);
  }
}

function writeField(writer: ProtobufWriter, field: FieldPlan, value: JsonValue | undefined): void {
  const { number, value: plan } = field;
  if (value === undefined || value === null) {
    if (field.isAlwaysOnWire) writeValue(writer, number, plan, undefined);
  } else if (plan.form === "map") {
    if (isJsonObject(value)) writeMap(writer, number, plan.element, value);
  } else if (plan.form === "list" && !plan.isMessage) {
    writeElements(writer, number, plan.element, value);
  } else if (plan.form !== "bytes" || value !== "") writeValue(writer, number, plan, value);
}

function writeElements(
  writer: ProtobufWriter,
  number: number,
  element: ValuePlan,
  list: JsonValue | undefined,
): void {
  if (!isJsonList(list)) return;
  for (const item of list) writeValue(writer, number, element, item);
}

/** Sorted by key, so that the same map gives the same bytes. */
function writeMap(
  writer: ProtobufWriter,
  number: number,
  element: ValuePlan,
  map: JsonObject,
): void {
  for (const key of Object.keys(map).sort(compareText)) {
    const mark = writer.begin(number);
    writer.string(1, key);
    writeValue(writer, 2, element, map[key]);
    writer.end(mark);
  }
}

/** A value that stands alone; undefined writes the zero value. */
function writeValue(
  writer: ProtobufWriter,
  number: number,
  plan: ValuePlan,
  value: JsonValue | undefined,
): void {
  switch (plan.form) {
    case "string":
      writer.string(number, textOf(value));
      return;
    case "boolean":
      writer.bool(number, value === true);
      return;
    case "int32":
    case "int64":
      writer.integer(number, typeof value === "bigint" ? value : numberOf(value));
      return;
    case "double":
      writer.double(number, numberOf(value));
      return;
    case "bytes":
      writer.bytes(number, bytesOfBase64(textOf(value)));
      return;
    default: {
      const mark = writer.begin(number);
      writeMessage(writer, plan, value);
      writer.end(mark);
    }
  }
}

function writeMessage(writer: ProtobufWriter, plan: ValuePlan, value: JsonValue | undefined): void {
  switch (plan.form) {
    case "struct":
      writeFields(writer, plan.struct.wire, isJsonObject(value) ? value : {});
      return;
    case "list":
      writeElements(writer, 1, plan.element, value);
      return;
    case "time":
    case "microTime":
      writeInstant(writer, textOf(value), plan.form);
      return;
    case "duration":
      writer.integer(1, parseDurationNanos(textOf(value) || "0"));
      return;
    case "quantity":
      writer.string(1, typeof value === "string" ? value : "0");
      return;
    case "intOrString":
      writer.integer(1, typeof value === "string" ? 1 : 0);
      writer.integer(2, numberOf(value));
      writer.string(3, textOf(value));
      return;
    default:
      if (value !== undefined) writer.bytes(1, utf8Of(jsonTextOf(value)));
  }
}

/** A zero time is an empty message. */
function writeInstant(writer: ProtobufWriter, text: string, form: "time" | "microTime"): void {
  if (text === "") return;
  const { seconds, nanos } = instantOf(text);
  writer.integer(1, seconds);
  writer.integer(2, form === "time" ? 0 : nanos);
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}
