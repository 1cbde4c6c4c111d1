/** Prints rows as Docker does: as a table, by a Go template, as JSON, or their IDs alone. */
import { functionOf, goValueOf, stringOf, TemplateSet } from "#gotemplate";
import type { Row } from "#stack";
import type { Terminal } from "../command.ts";
import { formatTable } from "../table.ts";

/** The columns of a table, each with the field that is in it. */
export type Columns = readonly (readonly [header: string, field: string])[];

export function printRows(
  terminal: Terminal,
  rows: readonly Row[],
  columns: Columns,
  { format, quiet }: { readonly format: string; readonly quiet: boolean },
): void {
  for (const line of linesOf(rows, columns, quiet ? "{{.ID}}" : format)) terminal.print(line);
}

function linesOf(rows: readonly Row[], columns: Columns, format: string): readonly string[] {
  if (format === "json") return rows.map((row) => JSON.stringify(row));
  if (format === "table") {
    const cells = rows.map((row) => columns.map(([, field]) => row[field] ?? ""));
    return formatTable(
      columns.map(([header]) => header),
      cells,
    );
  }
  const [isTable, template] = format.startsWith("table ")
    ? [true, format.slice(6)]
    : [false, format];
  const lines = rendered(rows, template);
  if (!isTable) return lines;
  const titles = Object.fromEntries(columns.map(([header, field]) => [field, header]));
  const all = [...rendered([titles], template), ...lines].map((line) => line.split("\t"));
  const [header = [], ...cells] = all;
  return formatTable(header, cells);
}

const functions = new Map([
  ["json", functionOf(["interface {}"], (value) => JSON.stringify(value))],
  ["lower", functionOf(["string"], (text) => stringOf(text).toLowerCase())],
  ["upper", functionOf(["string"], (text) => stringOf(text).toUpperCase())],
]);

function rendered(rows: readonly Row[], template: string): readonly string[] {
  const templates = new TemplateSet(functions.keys());
  // As on a shell's command line, where people write them.
  templates.add("", template.replaceAll("\\t", "\t").replaceAll("\\n", "\n"));
  return rows.map((row) =>
    templates.execute("", goValueOf(row), { missingKey: "error", functions }),
  );
}
