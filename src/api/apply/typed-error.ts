/** What does not fit the schema in an object to be applied, in upstream's words. */

import type { JsonValue } from "../schema/schema.ts";
import { formatGoValue, isJsonList, isJsonObject, jsonTypeOf, membersOf } from "../json-value.ts";
import { elementOfItem } from "./list-item.ts";
import { fieldElement, formatPathElement, type PathElement } from "./path-element.ts";
import { type ListShape, type MapShape, type Place, type ScalarShape, shapeOf } from "./shape.ts";

interface TypedError {
  readonly path: string;
  readonly message: string;
}

/** Describes every way in which `value` does not fit; undefined when it fits. */
export function findTypedError(place: Place, value: JsonValue): string | undefined {
  const errors: TypedError[] = [];
  checkValue(place, value, { path: "", errors });
  const texts = errors.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  if (texts.length <= 1) return texts[0];
  return ["errors:", ...texts.map((text) => `  ${text}`)].join("\n");
}

interface Report {
  readonly path: string;
  readonly errors: TypedError[];
}

function checkValue(place: Place, value: JsonValue, report: Report): void {
  if (value === null) return;
  const shape = shapeOf(place, value);
  switch (shape.form) {
    case "scalar":
      return checkScalar(shape, value, report);
    case "list":
      return checkList(shape, value, report);
    case "map":
      return checkMap(shape, value, report);
  }
}

function checkScalar(shape: ScalarShape, value: JsonValue, report: Report): void {
  const type = jsonTypeOf(value);
  const found = isJsonObject(value) || isJsonList(value) ? `&{${formatGoValue(value)}}` : value;
  if (shape.accepts === "numeric" && type !== "number") {
    refuse(report, `expected numeric (int or float), got ${goTypeOf(type)}`);
  } else if (shape.accepts === "string" && type !== "string") {
    refuse(report, `expected string, got &value.valueUnstructured{Value:${formatGoValue(value)}}`);
  } else if (shape.accepts === "boolean" && type !== "bool") {
    refuse(report, `expected boolean, got &{${formatGoValue(value)}}`);
  } else if (shape.accepts === "any" && (type === "object" || type === "array")) {
    refuse(report, `expected any scalar, got ${found}`);
  }
}

function goTypeOf(type: string): string {
  if (type === "object") return "map[string]interface {}";
  return type === "array" ? "[]interface {}" : type;
}

function checkList(shape: ListShape, value: JsonValue, report: Report): void {
  if (!isJsonList(value)) return refuse(report, `expected list, got &{${formatGoValue(value)}}`);
  const seen = new Set<PathElement>();
  for (const [index, item] of value.entries()) {
    if (shape.identity === "none") {
      checkValue(shape.item, item, within(report, `[${index}]`));
      continue;
    }
    const { element, problem } = elementOfItem(shape, item);
    if (element === undefined) return refuse(report, `element ${index}: ${problem}`);
    const text = formatPathElement(element);
    if (seen.has(element)) refuse(report, `duplicate entries for key ${text}`);
    seen.add(element);
    checkValue(shape.item, item, within(report, text));
  }
}

function checkMap(shape: MapShape, value: JsonValue, report: Report): void {
  if (!isJsonObject(value)) return refuse(report, `expected map, got &{${formatGoValue(value)}}`);
  for (const [name, member] of membersOf(value)) {
    const inside = within(report, formatPathElement(fieldElement(name)));
    const place = shape.placeOf(name);
    // Upstream stops at the first unknown field of an object.
    if (place === undefined) return refuse(inside, "field not declared in schema");
    checkValue(place, member, inside);
  }
}

function within(report: Report, step: string): Report {
  return { path: report.path + step, errors: report.errors };
}

function refuse(report: Report, message: string): void {
  report.errors.push({ path: report.path, message });
}
