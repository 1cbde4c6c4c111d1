import type { ComposeNode, ScalarValue } from "./node.ts";
import { resolveScalar } from "./resolve-scalar.ts";

export interface WriteOptions {
  /** Whether reading the text again replaces variables, so that dollars must be doubled. */
  readonly dollars: "doubled" | "kept";
}

/** YAML that reads back as the same tree. */
export function writeYaml(node: ComposeNode, options: WriteOptions): string {
  return `${blockOf(node, "", options).replace(/^\n/, "")}\n`;
}

/** A value as it stands behind `key:` or `-`, with the break or space before it. */
function blockOf(node: ComposeNode, indent: string, options: WriteOptions): string {
  if (node.kind === "scalar") return ` ${writeScalar(node.value, options)}`;
  if (node.kind === "map") {
    if (node.entries.size === 0) return " {}";
    const lines = [...node.entries].map(([key, { value }]) => {
      const written = writeScalar(key, { dollars: "kept" });
      return `${indent}${written}:${blockOf(value, `${indent}  `, options)}`;
    });
    return `\n${lines.join("\n")}`;
  }
  if (node.items.length === 0) return " []";
  const lines = node.items.map((item) => {
    const written = blockOf(item, `${indent}  `, options);
    // The first key of a map, or the first item of a list, stands on the line of its dash.
    return written.startsWith("\n")
      ? `${indent}- ${written.slice(indent.length + 3)}`
      : `${indent}-${written}`;
  });
  return `\n${lines.join("\n")}`;
}

function writeScalar(value: ScalarValue, { dollars }: WriteOptions): string {
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

/** Whether the text needs no quotes to remain what it is. */
function isPlain(text: string): boolean {
  const hasPlainStart =
    /^[A-Za-z0-9_./$+-]/.test(text) && !/^(?:[-+.]+|---.*|\.\.\..*)$/.test(text);
  const hasPlainRest = /^[A-Za-z0-9_./$+\-@%=,~()*&!? :;<>^|{}[\]]*$/.test(text);
  const hasNoMark = !/: |:$| $|- /.test(text);
  return hasPlainStart && hasPlainRest && hasNoMark && typeof resolveScalar(text) === "string";
}
