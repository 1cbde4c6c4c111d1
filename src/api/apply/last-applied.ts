/**
 * The annotation in which kubectl's client-side apply keeps what was applied last, and what it means
 * to server-side apply by the manager `kubectl`: fields still as last applied there are no conflict,
 * and the annotation is kept up to date so that either way of applying can follow the other.
 */

import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { formatSortedJson, isJsonObject, objectAt, textAt, withValueAt } from "../json-value.ts";
import { compareValues } from "./compare-values.ts";
import { differenceOf, emptyFieldSet, type FieldSet, unionOf } from "./field-set.ts";
import { type Place } from "./shape.ts";
import { findTypedError } from "./typed-error.ts";
import { fieldsOfValue } from "./value-fields.ts";

const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
/** Limit for all annotations of an object together. */
const annotationBytesMax = 256 * 1024;

/** The fields of `live` that are as kubectl last applied them. */
export function fieldsAsLastApplied(place: Place, live: JsonObject, apiVersion: string): FieldSet {
  const lastApplied = parseObject(textAt(live, "metadata", "annotations", lastAppliedAnnotation));
  if (lastApplied === undefined) return emptyFieldSet;
  if (textAt(lastApplied, "apiVersion") !== apiVersion) return emptyFieldSet;
  const isTyped = findTypedError(place, lastApplied) ?? findTypedError(place, live);
  if (isTyped !== undefined) return emptyFieldSet;
  const { added, modified, removed } = compareValues(place, lastApplied, live);
  const changed = unionOf(unionOf(added, modified), removed);
  return differenceOf(fieldsOfValue(place, lastApplied), changed);
}

/** `object` with the annotation brought up to `config`, if it has one. */
export function withLastApplied(object: JsonObject, config: JsonObject): JsonObject {
  const path = ["metadata", "annotations", lastAppliedAnnotation];
  if (textAt(object, ...path) === "") return object;
  const text = `${formatSortedJson(withoutAnnotation(config))}\n`;
  const updated = withValueAt(object, path, text);
  const annotations = Object.entries(objectAt(updated, "metadata", "annotations"));
  const size = annotations.reduce((sum, [key, value]) => sum + key.length + lengthOf(value), 0);
  return size > annotationBytesMax ? withValueAt(object, path, undefined) : updated;
}

function lengthOf(value: JsonValue | undefined): number {
  return typeof value === "string" ? new TextEncoder().encode(value).length : 0;
}

function withoutAnnotation(config: JsonObject): JsonObject {
  const annotations = objectAt(config, "metadata", "annotations");
  if (annotations[lastAppliedAnnotation] === undefined) return config;
  return withValueAt(config, ["metadata", "annotations", lastAppliedAnnotation], undefined);
}

function parseObject(text: string): JsonObject | undefined {
  if (text === "") return undefined;
  try {
    const value: JsonValue = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    // Anybody can write the annotation; what is no JSON says nothing.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
