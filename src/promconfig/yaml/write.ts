/**
 * Writes YAML as go-yaml 2 does, byte for byte: that is the form in which upstream shows its
 * configuration, and people compare the two. Lists stand at the indentation of their key, texts are
 * plain where that reads back the same, long lines are folded after 80 columns.
 */
import { resolvePlain } from "./resolve.ts";

export type YamlValue =
  /** Quoted when it would be read as something else. */
  | { readonly kind: "text"; readonly text: string }
  /** A number, a boolean or null, as it is. */
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly YamlValue[]; readonly flow: boolean }
  | { readonly kind: "map"; readonly entries: readonly (readonly [string, YamlValue])[] };

const lineWidth = 80;

/** The document, with a line break at its end. */
export function writeYaml(value: YamlValue): string {
  const writer = new Writer();
  writer.write(value, 0);
  return writer.finish();
}

class Writer {
  #text = "";
  #column = 0;

  finish(): string {
    return `${this.#text}\n`;
  }

  /** Writes a value whose first line goes on where we are; its further lines have `indent`. */
  write(value: YamlValue, indent: number): void {
    if (value.kind === "text") this.#writeText(value.text, indent);
    else if (value.kind === "literal") this.#put(value.text);
    else if (value.kind === "map") this.#writeMap(value.entries, indent);
    else this.#writeList(value, indent);
  }

  #writeMap(entries: readonly (readonly [string, YamlValue])[], indent: number): void {
    if (entries.length === 0) this.#put("{}");
    for (const [index, [key, value]] of entries.entries()) {
      if (index > 0) this.#newLine(indent);
      this.#put(`${keyText(key)}:`);
      this.#writeMember(value, indent);
    }
  }

  #writeMember(value: YamlValue, indent: number): void {
    if (value.kind === "map" && value.entries.length > 0) {
      this.#newLine(indent + 2);
      this.write(value, indent + 2);
    } else if (value.kind === "list" && value.items.length > 0 && !value.flow) {
      this.#newLine(indent);
      this.write(value, indent);
    } else {
      this.#put(" ");
      this.write(value, indent + 2);
    }
  }

  #writeList(list: YamlValue & { readonly kind: "list" }, indent: number): void {
    if (list.items.length === 0) {
      this.#put("[]");
      return;
    }
    if (list.flow) {
      this.#put(`[${list.items.map(flowText).join(", ")}]`);
      return;
    }
    for (const [index, item] of list.items.entries()) {
      if (index > 0) this.#newLine(indent);
      this.#put("- ");
      this.write(item, indent + 2);
    }
  }

  #writeText(text: string, indent: number): void {
    const facts = examine(text);
    const style = styleOf(text, facts);
    if (style === "literal") this.#writeLiteral(text, indent);
    else if (style === "plain") this.#writeFolded(text, indent);
    else if (style === "single") {
      this.#put("'");
      this.#writeFolded(text.replaceAll("'", "''"), indent);
      this.#put("'");
    } else this.#writeDouble(text, indent);
  }

  /** A single space far enough to the right becomes a line break. */
  #writeFolded(text: string, indent: number): void {
    for (const part of text.split(/(?<! )( )(?! )/)) {
      if (part === " " && this.#column > lineWidth) this.#newLine(indent);
      else this.#put(part);
    }
  }

  #writeDouble(text: string, indent: number): void {
    this.#put('"');
    const units = Array.from(text);
    for (const [index, character] of units.entries()) {
      const isInside = index > 0 && index < units.length - 1;
      const isFold = character === " " && units[index - 1] !== " ";
      if (isFold && isInside && this.#column > lineWidth) {
        this.#newLine(indent);
        if (units[index + 1] === " ") this.#put("\\");
      } else this.#put(escaped(character));
    }
    this.#put('"');
  }

  #writeLiteral(text: string, indent: number): void {
    const hint = /^[ \n]/.test(text) ? "2" : "";
    const keep = !text.endsWith("\n") ? "-" : /(?:^|\n)\n$/.test(text) ? "+" : "";
    this.#put(`|${hint}${keep}`);
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines) {
      if (line === "") this.#newLine(0);
      else {
        this.#newLine(indent);
        this.#put(line);
      }
    }
  }

  #newLine(indent: number): void {
    this.#text += `\n${" ".repeat(indent)}`;
    this.#column = indent;
  }

  #put(text: string): void {
    this.#text += text;
    this.#column += text.length;
  }
}

/** What a text allows: how much quoting it needs. */
interface Facts {
  readonly blockPlain: boolean;
  readonly flowPlain: boolean;
  readonly single: boolean;
}

function examine(text: string): Facts {
  const isEdged = /^[ \n]|[ \n]$/.test(text);
  const isSpecial = hasSpecial(text) || / \n/.test(text);
  const hasBreak = text.includes("\n");
  const plain = !isEdged && !isSpecial && !hasBreak;
  const isIndicated = /^(?:---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[-?:](?:\s|$)|:(?:\s|$)|\s#/.test(
    text,
  );
  const isFlowIndicated = isIndicated || /^[?:]|[,?[\]{}:]/.test(text);
  return {
    blockPlain: plain && !isIndicated,
    flowPlain: plain && !isFlowIndicated && text !== "",
    single: !isSpecial && !/\n /.test(text),
  };
}

function hasSpecial(text: string): boolean {
  return /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(text);
}

type Style = "plain" | "single" | "double" | "literal";

function styleOf(text: string, facts: Facts): Style {
  if (text.includes("\n")) return / (?:\n|$)/.test(text) || hasSpecial(text) ? "double" : "literal";
  if (!readsAsText(text)) return "double";
  if (facts.blockPlain) return "plain";
  return facts.single ? "single" : "double";
}

/** Whether it is text when written without quotes; numbers of base 60 are quoted for others' sake. */
function readsAsText(text: string): boolean {
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text)) return false;
  if (/^\d{4}-\d\d?-\d\d?(?:$|[Tt ]\d\d?:\d\d?:\d\d?)/.test(text)) return false;
  return resolvePlain(text).tag === "!!str";
}

function flowText(value: YamlValue): string {
  if (value.kind === "literal") return value.text;
  if (value.kind !== "text") return "{}";
  if (!readsAsText(value.text)) return doubleQuoted(value.text);
  const facts = examine(value.text);
  if (facts.flowPlain) return value.text;
  return facts.single ? `'${value.text.replaceAll("'", "''")}'` : doubleQuoted(value.text);
}

function keyText(key: string): string {
  if (!readsAsText(key)) return doubleQuoted(key);
  const facts = examine(key);
  if (facts.blockPlain) return key;
  return facts.single ? `'${key.replaceAll("'", "''")}'` : doubleQuoted(key);
}

function doubleQuoted(text: string): string {
  return `"${Array.from(text, escaped).join("")}"`;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["\0", "\\0"],
  ["\u0007", "\\a"],
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\v", "\\v"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ["\u001b", "\\e"],
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\u0085", "\\N"],
  ["\u2028", "\\L"],
  ["\u2029", "\\P"],
]);

function escaped(character: string): string {
  const known = escapes.get(character);
  if (known !== undefined) return known;
  if (!hasSpecial(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  return code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
