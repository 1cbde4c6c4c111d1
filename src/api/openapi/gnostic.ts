/**
 * The OpenAPI version 2 document in protobuf: gnostic's `openapi.v2.Document`.
 *
 * kubectl up to 1.28 and others read nothing else. Maps are lists of named values there, a type is a
 * list, and extensions are YAML text, which JSON is. Only what our own documents contain is covered;
 * anything else is a bug and stops the encoder.
 */

import { assert, ProtobufWriter } from "#base";
import { isJsonList, isJsonObject, membersOf } from "../json-value.ts";
import type { JsonObject, JsonValue } from "../schema/schema.ts";

/** Writes one message from its JSON form. */
type WriteMessage = (writer: ProtobufWriter, value: JsonObject) => void;
/** Writes one field, of the number it is called with. */
type WriteField = (writer: ProtobufWriter, number: number, value: JsonValue) => void;
type FieldRow = readonly [number: number, name: string, write: WriteField];

export function encodeOpenApiV2(document: JsonObject): Uint8Array {
  const writer = new ProtobufWriter();
  writeDocument(writer, document);
  return writer.finish();
}

const text: WriteField = (writer, number, value) => {
  assert(typeof value === "string", "an OpenAPI text field holds a string");
  writer.string(number, value);
};
const flag: WriteField = (writer, number, value) => writer.bool(number, value === true);
const texts: WriteField = (writer, number, value) => {
  for (const item of listOf(value)) text(writer, number, item);
};
/** `Any`: the value as YAML. */
const any: WriteField = (writer, number, value) => {
  const mark = writer.begin(number);
  writer.string(2, JSON.stringify(value));
  writer.end(mark);
};

const anyOfEach: WriteField = (writer, number, value) => {
  for (const item of listOf(value)) any(writer, number, item);
};
const integer: WriteField = (writer, number, value) => writer.integer(number, numberOf(value));
const double: WriteField = (writer, number, value) => writer.double(number, numberOf(value));

function message(write: WriteMessage): WriteField {
  return (writer, number, value) => {
    const mark = writer.begin(number);
    write(writer, objectOf(value));
    writer.end(mark);
  };
}

/** A repeated message for each element of a list. */
function each(write: WriteMessage): WriteField {
  const field = message(write);
  return (writer, number, value) => {
    for (const item of listOf(value)) field(writer, number, item);
  };
}

/** A repeated pair of name and value for each member of an object. */
function named(write: WriteMessage): WriteField {
  const field = message(write);
  return (writer, number, value) => {
    for (const [name, item] of membersOf(objectOf(value))) {
      const mark = writer.begin(number);
      writer.string(1, name);
      field(writer, 2, item);
      writer.end(mark);
    }
  };
}

/** A message that has nothing but one field. */
function wrapped(number: number, field: WriteField): WriteField {
  return (writer, outer, value) => {
    const mark = writer.begin(outer);
    field(writer, number, value);
    writer.end(mark);
  };
}

/** A message of these fields, and of extensions under `extensionNumber`. */
function record(rows: readonly FieldRow[], extensionNumber: number): WriteMessage {
  const known = new Set(rows.map(([, name]) => name));
  return (writer, value) => {
    for (const [number, name, write] of rows) {
      const field = value[name];
      if (field !== undefined) write(writer, number, field);
    }
    for (const [name, extension] of membersOf(value)) {
      if (known.has(name)) continue;
      assert(name.startsWith("x-"), `${name} is known in OpenAPI version 2`);
      const mark = writer.begin(extensionNumber);
      writer.string(1, name);
      any(writer, 2, extension);
      writer.end(mark);
    }
  };
}

const writeSchema: WriteMessage = record(
  [
    [1, "$ref", text],
    [2, "format", text],
    [4, "description", text],
    [5, "default", any],
    [7, "maximum", double],
    [9, "minimum", double],
    [11, "maxLength", integer],
    [12, "minLength", integer],
    [13, "pattern", text],
    [14, "maxItems", integer],
    [15, "minItems", integer],
    [19, "required", texts],
    [20, "enum", anyOfEach],
    [21, "additionalProperties", (...field) => wrapped(1, schema)(...field)],
    [22, "type", wrapped(1, text)],
    [23, "items", (...field) => wrapped(1, schema)(...field)],
    [25, "properties", (...field) => wrapped(1, named(writeSchema))(...field)],
  ],
  31,
);
const schema = message((writer, value) => writeSchema(writer, value));

const writeBodyParameter = record(
  [
    [1, "description", text],
    [2, "name", text],
    [3, "in", text],
    [4, "required", flag],
    [5, "schema", schema],
  ],
  6,
);

const writeQueryParameter = record(
  [
    [1, "required", flag],
    [2, "in", text],
    [3, "description", text],
    [4, "name", text],
    [6, "type", text],
    [20, "uniqueItems", flag],
  ],
  23,
);

const writePathParameter = record(
  [
    [1, "required", flag],
    [2, "in", text],
    [3, "description", text],
    [4, "name", text],
    [5, "type", text],
    [19, "uniqueItems", flag],
  ],
  22,
);

/** `ParametersItem`, around a `Parameter`, around one of its forms. */
const writeParameter: WriteMessage = (writer, value) => {
  const parameter = writer.begin(1);
  if (value["in"] === "body") message(writeBodyParameter)(writer, 1, value);
  else {
    const nonBody = writer.begin(2);
    if (value["in"] === "query") message(writeQueryParameter)(writer, 3, value);
    else message(writePathParameter)(writer, 4, value);
    writer.end(nonBody);
  }
  writer.end(parameter);
};

const writeResponse = record(
  [
    [1, "description", text],
    [2, "schema", wrapped(1, schema)],
  ],
  5,
);

/** `ResponseValue`, around a `Response`. */
const writeResponseValue: WriteMessage = (writer, value) =>
  message(writeResponse)(writer, 1, value);

const writeSecurityRequirement: WriteMessage = (writer, value) => {
  for (const [name, scopes] of membersOf(value)) {
    const mark = writer.begin(1);
    writer.string(1, name);
    wrapped(1, texts)(writer, 2, scopes);
    writer.end(mark);
  }
};

const writeOperation = record(
  [
    [1, "tags", texts],
    [3, "description", text],
    [5, "operationId", text],
    [6, "produces", texts],
    [7, "consumes", texts],
    [8, "parameters", each(writeParameter)],
    [9, "responses", wrapped(1, named(writeResponseValue))],
    [10, "schemes", texts],
  ],
  13,
);
const operation = message(writeOperation);

const writePathItem = record(
  [
    [2, "get", operation],
    [3, "put", operation],
    [4, "post", operation],
    [5, "delete", operation],
    [8, "patch", operation],
    [9, "parameters", each(writeParameter)],
  ],
  10,
);

const writeInfo = record(
  [
    [1, "title", text],
    [2, "version", text],
  ],
  7,
);

const writeApiKey = record(
  [
    [1, "type", text],
    [2, "name", text],
    [3, "in", text],
    [4, "description", text],
  ],
  5,
);

/** `SecurityDefinitionsItem`, around an `ApiKeySecurity`. */
const writeSecurityDefinition: WriteMessage = (writer, value) =>
  message(writeApiKey)(writer, 2, value);

const writeDocument = record(
  [
    [1, "swagger", text],
    [2, "info", message(writeInfo)],
    [8, "paths", wrapped(2, named(writePathItem))],
    [9, "definitions", wrapped(1, named(writeSchema))],
    [12, "security", each(writeSecurityRequirement)],
    [13, "securityDefinitions", wrapped(1, named(writeSecurityDefinition))],
  ],
  16,
);

function listOf(value: JsonValue): readonly JsonValue[] {
  assert(isJsonList(value), "an OpenAPI list field holds a list");
  return value;
}

function numberOf(value: JsonValue): number {
  assert(typeof value === "number", "an OpenAPI number field holds a number");
  return value;
}

function objectOf(value: JsonValue): JsonObject {
  assert(isJsonObject(value), "an OpenAPI message field holds an object");
  return value;
}
