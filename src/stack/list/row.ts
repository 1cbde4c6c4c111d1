/** One line of a table, by the names that Docker's `--format` has for the columns. */
export type Row = Readonly<Record<string, string>>;

const idLength = 12;

/** As long as Docker's. */
export function shortId(uid: string | undefined): string {
  return (uid ?? "").replaceAll("-", "").slice(0, idLength);
}

/** The rows in the order of their names. */
export function byName(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((one, other) => ((one["Name"] ?? "") < (other["Name"] ?? "") ? -1 : 1));
}
