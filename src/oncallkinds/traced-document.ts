/**
 * Objects as a document in the words of the files, of which every line knows the field that it was
 * written for. So objects are read by the very code that reads files, and what that code refuses is told
 * in the objects' own fields.
 */
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "#api";
import type { ConfigError } from "#promconfig";

/** What one entry of the document is made of: fields in camelCase, as objects have them. */
export interface DocumentEntry<T> {
  readonly owner: T;
  /** Undefined for what has none, such as the top of the document. */
  readonly name: string | undefined;
  readonly spec: JsonObject;
}

export interface DocumentSection<T> {
  /** As the file calls it: `sigma_policies`. */
  readonly key: string;
  readonly entries: readonly DocumentEntry<T>[];
}

/** A field of the object of an entry. */
interface TracedPlace<T> {
  readonly owner: T;
  readonly path: string;
}

export interface TracedDocument<T> {
  /** YAML; JSON as well, but for a comma after the last of each collection. */
  readonly text: string;
  /** What a refusal of the document is about; undefined for its top when that has no owner. */
  placeOf(error: ConfigError): TracedPlace<T> | undefined;
}

export function traceDocument<T>(
  sections: readonly DocumentSection<T>[],
  top: DocumentEntry<T> | undefined,
): TracedDocument<T> {
  const lines = new TracedLines<T>();
  const whole = top && { owner: top.owner, path: "spec" };
  lines.add("{", whole);
  for (const { key, entries } of sections) {
    lines.add(` ${JSON.stringify(key)}: [`, whole);
    for (const entry of entries) lines.addEntry(entry);
    lines.add(" ],", whole);
  }
  if (top !== undefined) lines.addMembers(top.spec, { owner: top.owner, path: "spec" });
  lines.add("}", whole);
  return lines.finish();
}

class TracedLines<T> {
  readonly #texts: string[] = [];
  readonly #places: (TracedPlace<T> | undefined)[] = [];

  add(text: string, place: TracedPlace<T> | undefined): void {
    this.#texts.push(text);
    this.#places.push(place);
  }

  addEntry({ owner, name, spec }: DocumentEntry<T>): void {
    this.add(" {", { owner, path: "spec" });
    if (name !== undefined) this.#addValue(' "name": ', name, { owner, path: "metadata.name" });
    this.addMembers(spec, { owner, path: "spec" });
    this.add(" },", { owner, path: "spec" });
  }

  addMembers(members: JsonObject, { owner, path }: TracedPlace<T>): void {
    for (const [name, value] of Object.entries(members)) {
      if (value === undefined) continue;
      this.#addValue(` ${JSON.stringify(fileWord(name))}: `, value, {
        owner,
        path: `${path}.${name}`,
      });
    }
  }

  finish(): TracedDocument<T> {
    const places = this.#places;
    return {
      text: `${this.#texts.join("\n")}\n`,
      placeOf: ({ position }) => places[(position?.line ?? 1) - 1],
    };
  }

  #addValue(before: string, value: JsonValue, place: TracedPlace<T>): void {
    if (isJsonList(value)) {
      this.add(`${before}[`, place);
      for (const [index, item] of value.entries()) {
        this.#addValue(" ", item, { ...place, path: `${place.path}[${index}]` });
      }
      this.add(" ],", place);
    } else if (isJsonObject(value)) {
      this.add(`${before}{`, place);
      this.addMembers(value, place);
      this.add(" },", place);
    } else {
      const text = typeof value === "bigint" ? String(value) : JSON.stringify(value);
      this.add(`${before}${text},`, place);
    }
  }
}

/** What files call a field: `runbook_url` for `runbookURL`. */
function fileWord(name: string): string {
  return name.replace(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`);
}

/** Of the files' words, those that a message may have. */
const fileWordPattern = /\b[a-z]+(?:_[a-z]+)+\b/g;

/** A refusal in the words of objects; `names` are all names of fields that their kinds have. */
export function objectMessage({ message }: ConfigError, names: ReadonlySet<string>): string {
  const byWord = new Map([...names].map((name) => [fileWord(name), name]));
  return message
    .replace(/^yaml: unmarshal errors:\n {2}line \d+: /, "")
    .replace(/\n {2}line \d+: /g, "; ")
    .replace(fileWordPattern, (word) => byWord.get(word) ?? word);
}
