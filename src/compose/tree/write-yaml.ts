import type { ComposeNode } from "./node.ts";
import { resolveScalar } from "./resolve-scalar.ts";

export interface WriteOptions {
  /** Whether reading the text again replaces variables, so that dollars must be doubled. */
  readonly dollars: "doubled" | "kept";
}

/** YAML that reads back as the same tree. */
export function writeYaml(node: ComposeNode, { dollars }: WriteOptions): string {
  return new YamlDocument(dollars).write(viewOf(node));
}

/** Plain values as YAML; attributes that are undefined are left out. */
export function formatYaml(value: object): string {
  return new YamlDocument("kept").write(value);
}

/** A tree as what both kinds of values have in common: maps, arrays and scalars. */
function viewOf(node: ComposeNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(viewOf);
  return new Map([...node.entries].map(([key, { value }]) => [key, viewOf(value)]));
}

/** The text of one document while it is written. */
class YamlDocument {
  readonly #dollars: WriteOptions["dollars"];
  /** How texts are written. They repeat, keys above all, and each is looked at once. */
  readonly #written = new Map<string, string>();
  #text = "";

  constructor(dollars: WriteOptions["dollars"]) {
    this.#dollars = dollars;
  }

  write(value: unknown): string {
    this.#add(value, "", "");
    return `${this.#text}\n`;
  }

  /**
   * Adds a value behind `key:`, behind a dash, or as the whole document. `lead` is what stands before
   * the first line of a map or list there: a break and the indentation, a space, or nothing.
   */
  #add(value: unknown, indent: string, lead: string): void {
    if (Array.isArray(value)) this.#addList(value, indent, lead);
    else if (typeof value === "object" && value !== null) this.#addMap(value, indent, lead);
    else this.#addInline(this.#scalar(value), lead);
  }

  #addInline(text: string, lead: string): void {
    this.#text += lead === "" ? text : ` ${text}`;
  }

  #addList(items: readonly unknown[], indent: string, lead: string): void {
    if (items.length === 0) return this.#addInline("[]", lead);
    let before = lead;
    for (const item of items) {
      this.#text += `${before}-`;
      // The first key of a map, or the first item of a list, stands on the line of its dash.
      this.#add(item, `${indent}  `, " ");
      before = `\n${indent}`;
    }
  }

  #addMap(map: object, indent: string, lead: string): void {
    const inner = `${indent}  `;
    const entries = map instanceof Map ? map : Object.entries(map);
    let before = lead;
    let isEmpty = true;
    for (const [key, value] of entries) {
      if (value === undefined) continue;
      this.#text += `${before}${this.#plain(String(key))}:`;
      this.#add(value, inner, `\n${inner}`);
      before = `\n${indent}`;
      isEmpty = false;
    }
    if (isEmpty) this.#addInline("{}", lead);
  }

  #scalar(value: unknown): string {
    if (typeof value === "number") return writeNumber(value);
    if (typeof value !== "string") return String(value);
    return this.#plain(this.#dollars === "doubled" ? value.replaceAll("$", "$$$$") : value);
  }

  #plain(text: string): string {
    const known = this.#written.get(text);
    if (known !== undefined) return known;
    const written = isPlain(text) ? text : JSON.stringify(text);
    this.#written.set(text, written);
    return written;
  }
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? ".inf" : "-.inf";
}

/** What readers of older YAML take for something else: flags, times of day, dates, numbers. */
const oldMeaning = /^(?:y|yes|n|no|on|off|[-+]?[0-9][0-9_:.,eExXa-fA-F+-]*)$/i;

/** Whether the text needs no quotes to remain what it is, whoever reads it. */
function isPlain(text: string): boolean {
  const hasPlainStart =
    /^[A-Za-z0-9_./$+-]/.test(text) && !/^(?:[-+.]+|---.*|\.\.\..*)$/.test(text);
  const hasPlainRest = /^[A-Za-z0-9_./$+\-@%=,~()*&!? :;<>^|{}[\]]*$/.test(text);
  const hasNoMark = !/: |:$| $|- /.test(text);
  if (oldMeaning.test(text)) return false;
  return hasPlainStart && hasPlainRest && hasNoMark && typeof resolveScalar(text) === "string";
}
