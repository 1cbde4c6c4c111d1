import { ProtobufError, type ProtobufReader } from "#base";
import type { Attributes, AttributeValue } from "../metrics.ts";

/** Values within values; nothing sensible goes deeper. */
export const attributeDepthMax = 32;

/** The attributes of a message that has them under one field; its others are passed over. */
export function readAttributes(reader: ProtobufReader, field: number, depth = 0): Attributes {
  const attributes: Attributes[number][] = [];
  while (reader.next()) {
    if (reader.field === field) attributes.push(readAttribute(reader.message(), depth));
    else reader.skip();
  }
  return attributes;
}

/** A `KeyValue`. */
export function readAttribute(reader: ProtobufReader, depth = 0): Attributes[number] {
  let name = "";
  let value: AttributeValue = { kind: "empty" };
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) value = readValue(reader.message(), depth);
    else reader.skip();
  }
  return [name, value];
}

function readValue(reader: ProtobufReader, depth: number): AttributeValue {
  if (depth > attributeDepthMax) {
    throw new ProtobufError("attribute values are nested too deep", reader.position);
  }
  let value: AttributeValue = { kind: "empty" };
  while (reader.next()) value = readVariant(reader, depth) ?? value;
  return value;
}

function readVariant(reader: ProtobufReader, depth: number): AttributeValue | undefined {
  switch (reader.field) {
    case 1:
      return { kind: "text", value: reader.string() };
    case 2:
      return { kind: "bool", value: reader.bool() };
    case 3:
      return { kind: "integer", value: reader.int64() };
    case 4:
      return { kind: "double", value: reader.double() };
    case 5:
      return { kind: "list", values: readValues(reader.message(), depth + 1) };
    case 6:
      return { kind: "map", values: readAttributes(reader.message(), 1, depth + 1) };
    case 7:
      return { kind: "bytes", value: reader.bytes().slice() };
    default:
      reader.skip();
      return undefined;
  }
}

function readValues(reader: ProtobufReader, depth: number): readonly AttributeValue[] {
  const values: AttributeValue[] = [];
  while (reader.next()) {
    if (reader.field === 1) values.push(readValue(reader.message(), depth));
    else reader.skip();
  }
  return values;
}
