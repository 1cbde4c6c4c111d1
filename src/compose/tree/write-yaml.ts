import type { ComposeNode } from "./node.ts";
import { resolveScalar } from "./resolve-scalar.ts";

export interface WriteOptions {
  /** Whether reading the text again replaces variables, so that dollars must be doubled. */
  readonly dollars: "doubled" | "kept";
}

/** YAML that reads back as the same tree. */
export function writeYaml(node: ComposeNode, options: WriteOptions): string {
  return document(blockOf(viewOf(node), "", options));
}

/** Plain values as YAML; attributes that are undefined are left out. */
export function formatYaml(value: object): string {
  return document(blockOf(value, "", { dollars: "kept" }));
}

function document(block: string): string {
  return `${block.replace(/^[\n ]/, "")}\n`;
}

/** A tree as what both kinds of values have in common: maps, arrays and scalars. */
function viewOf(node: ComposeNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(viewOf);
  return new Map([...node.entries].map(([key, { value }]) => [key, viewOf(value)]));
}

/** A value as it stands behind `key:` or `-`, with the break or space before it. */
function blockOf(value: unknown, indent: string, options: WriteOptions): string {
  if (Array.isArray(value)) return listOf(value, indent, options);
  if (typeof value !== "object" || value === null) return ` ${writeScalar(value, options)}`;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const lines = entries.flatMap(([key, child]) => {
    if (child === undefined) return [];
    const written = writeScalar(key, { dollars: "kept" });
    return [`${indent}${written}:${blockOf(child, `${indent}  `, options)}`];
  });
  return lines.length === 0 ? " {}" : `\n${lines.join("\n")}`;
}

function listOf(items: readonly unknown[], indent: string, options: WriteOptions): string {
  const lines = items.map((item) => {
    const written = blockOf(item, `${indent}  `, options);
    // The first key of a map, or the first item of a list, stands on the line of its dash.
    return written.startsWith("\n")
      ? `${indent}- ${written.slice(indent.length + 3)}`
      : `${indent}-${written}`;
  });
  return lines.length === 0 ? " []" : `\n${lines.join("\n")}`;
}

function writeScalar(value: unknown, { dollars }: WriteOptions): string {
  if (typeof value === "number") return writeNumber(value);
  if (typeof value !== "string") return String(value);
  const text = dollars === "doubled" ? value.replaceAll("$", "$$$$") : value;
  return isPlain(text) ? text : JSON.stringify(text);
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
