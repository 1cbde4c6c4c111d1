/** Links in the documentation that lead nowhere, and decisions that no list names. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

export interface Page {
  readonly path: string;
  readonly text: string;
}

/** The targets of relative links that do not exist; `exists` is asked for paths from the root. */
export function findBrokenLinks(
  pages: readonly Page[],
  exists: (file: string) => boolean,
): readonly string[] {
  return pages.flatMap((page) =>
    linksOf(page.text)
      .map((link) => path.posix.join(path.posix.dirname(page.path), link))
      .filter((target) => !exists(target))
      .map((target) => `${page.path}: links to ${target}, which does not exist`),
  );
}

/** Relative links of Markdown, without fragments; what stands in code is none. */
function linksOf(text: string): readonly string[] {
  const prose = text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((found) => (found[1] ?? "").replace(/#.*$/, ""))
    .filter((link) => link !== "" && !/^[a-z]+:/.test(link));
}

/** Every page of the documentation in the tree. */
export function readPages(): readonly Page[] {
  const files = globSync(["*.md", "docs/**/*.md", "examples/**/*.md", "benchmarks/**/*.md"]);
  return files.sort().map((file) => ({ path: file, text: readFileSync(file, "utf8") }));
}
