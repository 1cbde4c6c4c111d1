/**
 * Rows in columns, as Go's `tabwriter` lays them out with blanks: a column is as wide as its widest
 * cell and `padding`, and at least `cellMin`. The last cell of a row is not padded.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  { cellMin, padding }: { readonly cellMin: number; readonly padding: number },
): string {
  const columns = Math.max(0, ...rows.map((row) => row.length - 1));
  const widths = Array.from({ length: columns }, (_, column) => {
    const cells = rows.map((row) => (column < row.length - 1 ? lengthOf(row[column] ?? "") : 0));
    return Math.max(cellMin, Math.max(...cells) + padding);
  });
  const lines = rows.map((row) =>
    row.map((cell, column) => pad(cell, column < row.length - 1 ? (widths[column] ?? 0) : 0)),
  );
  return lines.map((cells) => `${cells.join("")}\n`).join("");
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - lengthOf(cell)));
}

/** In characters as people count them, near enough. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
