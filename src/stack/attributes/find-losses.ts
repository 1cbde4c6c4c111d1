import { composeFile, type ComposeNode, type Path, type Shape } from "#compose";
import type { Report } from "../report.ts";
import type { Fate } from "./fate.ts";
import { otherFates, serviceFates } from "./fates.ts";

/** The row that speaks for an attribute, given its path from the root with `*` for names. */
function findFate(pattern: readonly string[]): Fate | undefined {
  const [section, , ...rest] = pattern;
  return section === "services"
    ? serviceFates.get(rest.join("."))
    : otherFates.get(pattern.join("."));
}

/** Reports every attribute in the file that is lost whatever its value. */
export function reportLosses(
  tree: ComposeNode,
  services: ReadonlyMap<string, unknown>,
  report: Report,
): void {
  visit(tree, composeFile, { path: [], pattern: [] });

  function visit(node: ComposeNode, shape: Shape, at: Spot): void {
    const [section, name] = at.path;
    if (section === "services" && name !== undefined && !services.has(String(name))) return;
    const fate = findFate(at.pattern);
    if (fate !== undefined) {
      tell(fate, at.path);
      return;
    }
    if (node.kind === "map" && shape.kind === "record") {
      for (const [key, { value }] of node.entries) {
        const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
        if (field !== undefined) visit(value, field.shape, below(at, key, key));
      }
    } else if (node.kind === "map" && shape.kind === "dictionary") {
      for (const [key, { value }] of node.entries) visit(value, shape.value, below(at, key, "*"));
    }
  }

  function tell(fate: Fate, path: Path): void {
    if (fate.kind === "ignored") report.lose(path, "ignored", fate.reason);
    if (fate.kind === "refused") report.refuse(path, fate.reason);
  }
}

interface Spot {
  readonly path: Path;
  readonly pattern: readonly string[];
}

function below(at: Spot, key: string, step: string): Spot {
  return { path: [...at.path, key], pattern: [...at.pattern, step] };
}
