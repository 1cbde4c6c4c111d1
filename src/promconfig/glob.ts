import type { Disk } from "#base";

/** The part of the disk that finding files needs. */
export type FileFinder = Pick<Disk, "findFacts" | "listDirectory">;

/**
 * The paths that match a pattern with `*`, `?` and `[a-z]`, none of which matches a slash; sorted. As
 * in upstream, a directory that cannot be read holds nothing, and a pattern without any of these
 * characters gives the path itself if it exists.
 */
export async function expandGlob(disk: FileFinder, pattern: string): Promise<readonly string[]> {
  if (!/[*?[\\]/.test(pattern)) {
    return (await disk.findFacts(pattern)) === undefined ? [] : [pattern];
  }
  let found: readonly string[] = [pattern.startsWith("/") ? "/" : ""];
  for (const part of pattern.split("/").filter((one) => one !== "")) {
    const next = await Promise.all(found.map((directory) => matchesIn(disk, directory, part)));
    found = next.flat();
  }
  return [...found].sort();
}

async function matchesIn(
  disk: FileFinder,
  directory: string,
  part: string,
): Promise<readonly string[]> {
  const prefix = directory === "" || directory === "/" ? directory : `${directory}/`;
  if (!/[*?[\\]/.test(part)) {
    const path = prefix + part;
    return (await disk.findFacts(path)) === undefined ? [] : [path];
  }
  const facts = await disk.findFacts(directory === "" ? "." : directory);
  if (facts?.kind !== "directory" && facts?.kind !== "symlink") return [];
  const matches = matcherOf(part);
  const names = await disk.listDirectory(directory === "" ? "." : directory);
  return names.filter(matches).map((name) => prefix + name);
}

type PatternPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "any" }
  | { readonly kind: "one" }
  | { readonly kind: "set"; readonly isNegated: boolean; readonly ranges: readonly string[] };

/** Whether a name matches one part of a path pattern, in time linear in both but for stars. */
export function matcherOf(pattern: string): (name: string) => boolean {
  const parts = partsOf(pattern);
  return (name) => matchParts(parts, Array.from(name));
}

function partsOf(pattern: string): readonly PatternPart[] {
  const token = /\*|\?|\[(\^?)((?:[^\]\\]|\\.)+)\]|\\(.)|([^*?[\\])/gsu;
  return [...pattern.matchAll(token)].map(([whole, negation, set, escaped, plain]): PatternPart => {
    if (whole === "*") return { kind: "any" };
    if (whole === "?") return { kind: "one" };
    if (set === undefined) return { kind: "text", text: escaped ?? plain ?? "" };
    const ranges = set.match(/(?:\\.|.)(?:-(?:\\.|.))?/gsu) ?? [];
    return { kind: "set", isNegated: negation === "^", ranges };
  });
}

/** The usual greedy walk: on a mismatch the last star takes one character more. */
function matchParts(parts: readonly PatternPart[], name: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  let star: { readonly part: number; at: number } | undefined;
  while (at < name.length) {
    const current = parts[part];
    if (current?.kind === "any") {
      star = { part, at };
      part++;
    } else if (current !== undefined && matchesOne(current, name[at] ?? "")) {
      part++;
      at++;
    } else if (star !== undefined) {
      star.at++;
      part = star.part + 1;
      at = star.at;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest.kind === "any");
}

function matchesOne(part: PatternPart, character: string): boolean {
  if (part.kind === "text") return part.text === character;
  if (part.kind !== "set") return part.kind === "one";
  const isIn = part.ranges.some((range) => {
    const [low = "", high = low] = range.replaceAll("\\", "").split("-");
    return character >= low && character <= high;
  });
  return isIn !== part.isNegated;
}
