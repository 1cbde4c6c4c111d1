import type { Remark } from "./compose-error.ts";
import { type Lookup, substitute } from "./template.ts";
import { type ComposeNode, type Entry, formatPath, type Path } from "./tree/node.ts";

export interface Interpolated {
  readonly node: ComposeNode;
  readonly problems: readonly Remark[];
  readonly warnings: readonly Remark[];
}

/** Puts values in place of the variables in all texts of a file. Keys stay as they are. */
export function interpolate(node: ComposeNode, lookup: Lookup): Interpolated {
  const problems: Remark[] = [];
  const warnings: Remark[] = [];
  return { node: visit(node, []), problems, warnings };

  function visit(at: ComposeNode, path: Path): ComposeNode {
    if (at.kind === "map") {
      const entries = [...at.entries].map(([key, entry]): [string, Entry] => [
        key,
        { ...entry, value: visit(entry.value, [...path, key]) },
      ]);
      return { ...at, entries: new Map(entries) };
    }
    if (at.kind === "list") {
      return { ...at, items: at.items.map((item, index) => visit(item, [...path, index])) };
    }
    if (typeof at.value !== "string" || !at.value.includes("$")) return at;
    const result = substitute(at.value, lookup);
    if ("problem" in result) {
      const message = `error while interpolating ${formatPath(path)}: ${result.problem}`;
      problems.push({ place: at.place, message });
      return at;
    }
    for (const name of result.unset) {
      const message = `The "${name}" variable is not set. Defaulting to a blank string.`;
      warnings.push({ place: at.place, message });
    }
    return { ...at, value: result.text, source: undefined };
  }
}
