/**
 * Whether a custom resource is what its declaration says: types, required fields, limits. In the words
 * of upstream's validation of CustomResourceDefinitions (kube-openapi `pkg/validation/errors`, as
 * `apiserver/validation` turns them into field errors).
 */

import {
  type AnySchema,
  type AnyStruct,
  type FieldError,
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Limits,
  parseTime,
  type ScalarName,
  type ScalarSchema,
  ValueError,
} from "#api";
import { RE2JS } from "re2js";
import {
  invalidValue,
  notSupported,
  type Problems,
  required,
  tooLong,
  tooMany,
} from "../problems.ts";

/** Everything wrong with `object`, which is at `path`; empty for the object itself. */
export function* structureProblems(struct: AnyStruct, path: string, object: JsonObject): Problems {
  for (const [name, field] of Object.entries(struct.fields)) {
    const at = path === "" ? name : `${path}.${name}`;
    const value = object[name];
    if (value !== undefined) yield* valueProblems(field.schema, at, value);
    else if (field.isRequired) yield required(at);
  }
}

function* valueProblems(schema: AnySchema, path: string, value: JsonValue): Problems {
  switch (schema.form) {
    case "lazy":
      yield* valueProblems(schema.resolve(), path, value);
      return;
    case "scalar":
      yield* scalarProblems(schema, path, value);
      return;
    case "list":
      if (!isJsonList(value)) yield wrongType(path, "array", value);
      else {
        yield* lengthProblems(schema.limits, path, value.length);
        for (const [index, item] of value.entries()) {
          yield* valueProblems(schema.element, `${path}[${index}]`, item);
        }
      }
      return;
    case "map":
      if (!isJsonObject(value)) yield wrongType(path, "object", value);
      else {
        for (const [key, member] of Object.entries(value)) {
          yield* valueProblems(schema.element, `${path}.${key}`, member ?? null);
        }
      }
      return;
    case "struct":
      if (!isJsonObject(value)) yield wrongType(path, "object", value);
      // What custom resources borrow, such as metadata, was checked when it was decoded.
      else if (schema.package.isCustom === true) yield* structureProblems(schema, path, value);
  }
}

/** The JSON types that a scalar may have; a text unless said otherwise. */
const typesOf: Readonly<Partial<Record<ScalarName, readonly string[]>>> = {
  boolean: ["boolean"],
  int32: ["integer"],
  int64: ["integer"],
  double: ["number"],
  intOrString: ["integer", "string"],
  quantity: ["integer", "string"],
  rawExtension: ["object"],
};

function* scalarProblems(schema: ScalarSchema<unknown>, path: string, value: JsonValue): Problems {
  const { scalar, limits } = schema;
  if (scalar === "json") return;
  const wanted = typesOf[scalar] ?? ["string"];
  const isWhole = typeof value === "number" && scalar === "double";
  if (!isWhole && !wanted.includes(typeOf(value))) yield wrongType(path, wanted.join(","), value);
  else if (typeof value === "string") yield* textProblems(schema, path, value);
  else if (typeof value !== "object") yield* rangeProblems(limits, path, Number(value));
}

function wrongType(path: string, wanted: string, value: JsonValue): FieldError {
  const found = typeOf(value);
  return {
    field: path,
    reason: "FieldValueTypeInvalid",
    message: `Invalid value: ${JSON.stringify(found)}: ${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`,
  };
}

function typeOf(value: JsonValue): string {
  if (value === null) return "null";
  if (isJsonList(value)) return "array";
  if (typeof value === "bigint" || Number.isInteger(value)) return "integer";
  return typeof value;
}

function* timeProblems(path: string, text: string): Problems {
  try {
    parseTime(text);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const why = `${path} in body must be of type date-time: ${JSON.stringify(text)}`;
    yield invalidValue(path, text, why);
  }
}

function* rangeProblems(limits: Limits | undefined, path: string, value: number): Problems {
  const { minimum = -Infinity, maximum = Infinity } = limits ?? {};
  if (value < minimum) {
    const why = `${path} in body should be greater than or equal to ${minimum}`;
    yield invalidValue(path, value, why);
  }
  if (value > maximum) {
    yield invalidValue(path, value, `${path} in body should be less than or equal to ${maximum}`);
  }
}

function* lengthProblems(limits: Limits | undefined, path: string, length: number): Problems {
  const { minItems = 0, maxItems = Infinity } = limits ?? {};
  if (length < minItems) {
    yield invalidValue(path, length, `${path} in body should have at least ${minItems} items`);
  }
  if (length > maxItems) yield tooMany(path, length, maxItems);
}

function* textProblems(
  { scalar, limits }: ScalarSchema<unknown>,
  path: string,
  text: string,
): Problems {
  if (scalar === "time") yield* timeProblems(path, text);
  if (limits === undefined) return;
  const { minLength = 0, maxLength = Infinity, pattern } = limits;
  const length = characterCount(text);
  if (length < minLength) {
    yield invalidValue(path, text, `${path} in body should be at least ${minLength} chars long`);
  }
  if (length > maxLength) yield tooLong(path, maxLength);
  if (limits.enum?.includes(text) === false) yield notSupported(path, text, limits.enum);
  if (pattern !== undefined && !expressionOf(pattern).matcher(text).find()) {
    yield invalidValue(path, text, `${path} in body should match '${pattern}'`);
  }
}

/** Of code points, as upstream counts. */
function characterCount(text: string): number {
  return text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, " ").length;
}

/** A memo of compiled patterns, of which there are as many as declarations have. */
const expressions = new Map<string, RE2JS>();

function expressionOf(pattern: string): RE2JS {
  const known = expressions.get(pattern);
  if (known !== undefined) return known;
  const compiled = RE2JS.compile(pattern);
  expressions.set(pattern, compiled);
  return compiled;
}
