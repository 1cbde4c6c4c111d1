/**
 * Which paths patterns in the style of `.dockerignore` leave out: the last pattern that fits decides,
 * `!` takes back in, `**` stands for any number of directories. A pattern for a directory is one for
 * everything in it.
 */

interface Rule {
  readonly takesBack: boolean;
  readonly segments: readonly string[];
}

/** Gives whether a path, relative and with `/`, is left out. */
export function ignoring(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.flatMap(parseRule);
  return (path) => {
    const segments = path.split("/");
    let isIgnored = false;
    for (const { takesBack, segments: pattern } of rules) {
      if (isIgnored === takesBack && fitsAnyParent(pattern, segments)) isIgnored = !takesBack;
    }
    return isIgnored;
  };
}

/** The patterns of a file; lines that start with `#` are comments. */
export function parseIgnoreFile(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function parseRule(pattern: string): readonly Rule[] {
  const takesBack = pattern.startsWith("!");
  const segments = (takesBack ? pattern.slice(1) : pattern)
    .trim()
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".");
  return segments.length === 0 ? [] : [{ takesBack, segments }];
}

/** Whether the pattern fits the path or a directory above it. */
function fitsAnyParent(pattern: readonly string[], path: readonly string[]): boolean {
  const ends = walk(pattern, path, "**", fitsSegment);
  return [...ends].some((end) => end > 0);
}

/** `*`, `?`, `[a-z]` and `\x` within one name. */
function fitsSegment(pattern: string, name: string): boolean {
  const parts = pattern.match(/\\.|\[[^\]]+\]|[^]/gu) ?? [];
  const characters = Array.from(name);
  return walk(parts, characters, "*", fitsCharacter).has(characters.length);
}

/**
 * How far a pattern can reach from the start, its parts taken one after another; `star` reaches
 * anything. All ways are followed at once, so that stars cost no more than other parts.
 */
function walk(
  pattern: readonly string[],
  items: readonly string[],
  star: string,
  fits: (part: string, item: string) => boolean,
): ReadonlySet<number> {
  let reached: ReadonlySet<number> = new Set([0]);
  for (const part of pattern) {
    reached = part === star ? reachedByStar(reached) : reachedByPart(reached, part);
  }
  return reached;

  function reachedByStar(from: ReadonlySet<number>): ReadonlySet<number> {
    const next = new Set<number>();
    for (let at = Math.min(...from); at <= items.length; at++) next.add(at);
    return next;
  }

  function reachedByPart(from: ReadonlySet<number>, part: string): ReadonlySet<number> {
    const fitting = [...from].filter((at) => at < items.length && fits(part, items[at] ?? ""));
    return new Set(fitting.map((at) => at + 1));
  }
}

function fitsCharacter(part: string, character: string): boolean {
  if (part === "?") return true;
  if (part.startsWith("\\")) return part.slice(1) === character;
  if (!part.startsWith("[") || part.length < 3) return part === character;
  const isNegated = part[1] === "^" || part[1] === "!";
  const ranges = part.slice(isNegated ? 2 : 1, -1).match(/[^]-[^]|[^]/g) ?? [];
  const isIn = ranges.some((range) => {
    const [from = "", , to = from] = range.length === 3 ? range : [range];
    return from <= character && character <= to;
  });
  return isIn !== isNegated;
}
