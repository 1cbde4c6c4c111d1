import type { Labels } from "#series";
import { labelText } from "./go-json.ts";
import type { JsonWriter } from "./json-writer.ts";

/** A label set as a JSON object, names in order. */
export function labelsJson(labels: Labels): string {
  let text = "{";
  for (let index = 0; index < labels.length; index += 2) {
    if (index > 0) text += ",";
    text += `${labelText(labels[index] ?? "")}:${labelText(labels[index + 1] ?? "")}`;
  }
  return `${text}}`;
}

/** Writes what `labelsJson` gives. */
export function writeLabels(writer: JsonWriter, labels: Labels): void {
  for (let index = 0; index < labels.length; index += 2) {
    writer.ascii(index === 0 ? "{" : ",");
    writer.label(labels[index] ?? "");
    writer.ascii(":");
    writer.label(labels[index + 1] ?? "");
  }
  writer.ascii(labels.length === 0 ? "{}" : "}");
}

/** A label set as a plain record, for answers that are small. */
export function labelsRecord(labels: Labels): Readonly<Record<string, string>> {
  const record: Record<string, string> = Object.create(null);
  for (let index = 0; index < labels.length; index += 2) {
    record[labels[index] ?? ""] = labels[index + 1] ?? "";
  }
  return record;
}
