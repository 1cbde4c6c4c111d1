/**
 * The rules about the tree that no compiler or linter knows: who may import whom, what files are
 * called and how long they are. One finding per line, `path: what is wrong and what to do`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { modules } from "./modules.ts";

/** A file of the tree, its path relative to the root with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const linesMax = 800;
const testLinesMax = 1_200;

/** Files that may be longer than the limit, and why. Rows may only be removed or argued for. */
const longFiles: Readonly<Record<string, string>> = {
  "src/api/core/v1/workload.ts": "the declaration of one kind, Pod, and everything inside it",
};

/** How many `oxlint-disable` and `@ts-expect-error` comments the tree may hold. */
const suppressionsMax = 60;

const topLevel: ReadonlySet<string> = new Set([
  ".changelog",
  ".ci",
  ".editorconfig",
  ".gitattributes",
  ".gitignore",
  ".npmrc",
  ".oxlintrc.json",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "STYLE.md",
  "benchmarks",
  "biome.json",
  "docs",
  "examples",
  "knip.json",
  "package-lock.json",
  "package.json",
  "src",
  "test",
  "tools",
  "tsconfig.dashboard.json",
  "tsconfig.json",
  "tsconfig.pure.json",
  "wherry",
]);

/** Folders whose entries must not import each other; what they share moves up one level. */
const isolated: readonly { readonly directory: string; readonly entries: "folders" | "files" }[] = [
  { directory: "src/controllers", entries: "folders" },
  { directory: "src/apiserver/admission", entries: "folders" },
  { directory: "src/apiserver/registry", entries: "folders" },
  { directory: "src/cli/commands", entries: "files" },
  { directory: "src/scheduler/filters", entries: "files" },
  { directory: "src/scheduler/scores", entries: "files" },
];

const bannedNames =
  /(^|-)(managers?|helpers?|utils?|common|misc|shared|data|info|processors?|impl|temp|stuff)(-|$)/;
const bannedDeclarations =
  /^(?:export )?(?:abstract )?(?:class|interface|type|const|function|async function) (\w*(?:Manager|Helper|Helpers|Utils?|Processor|Impl|Misc|Stuff))\b/gm;

/** Words that belong to a conversation about the code, not into it. */
const talk: readonly RegExp[] = [
  /\bas (?:you )?requested\b/i,
  /\b(?:AI|coding|language) (?:assistant|agent|model)s?\b/i,
  /\b(?:chatgpt|copilot|claude|anthropic|openai)\b/i,
  /(?:^|[^\w.])\/work\//,
  /\/\/ (?:Step \d|={3,}|-{4,}|Fixed:|NEW\b)/,
];

/** Everything wrong with `files`, in their order. */
export function findProblems(files: readonly SourceFile[]): readonly string[] {
  return [
    ...files.flatMap((file) => [
      ...pathProblems(file),
      ...sizeProblems(file),
      ...textProblems(file),
      ...importProblems(file),
    ]),
    ...suppressionProblems(files),
  ];
}

function pathProblems(file: SourceFile): string[] {
  const problems: string[] = [];
  const [top = ""] = file.path.split("/");
  if (!topLevel.has(top)) problems.push(`${file.path}: "${top}" has no place at the top level`);
  if (!isTypeScript(file.path)) return problems;
  for (const part of file.path.split("/")) {
    const name = part.replace(/(?:\.d|\.test|\.property\.test|\.fuzz|\.bench)?\.tsx?$/, "");
    if (!/^[a-z0-9.]+(?:-[a-z0-9.]+)*$/.test(name)) {
      problems.push(`${file.path}: "${part}" is not kebab-case`);
    }
    if (bannedNames.test(name)) {
      problems.push(`${file.path}: "${part}" says nothing; name the concept`);
    }
  }
  return problems;
}

function sizeProblems(file: SourceFile): string[] {
  if (!isTypeScript(file.path)) return [];
  const lines = file.text.split("\n").length - 1;
  const max = isTest(file.path) ? testLinesMax : linesMax;
  const argued = Object.hasOwn(longFiles, file.path);
  return lines > max && !argued ? [`${file.path}: ${lines} lines, at most ${max}`] : [];
}

function textProblems(file: SourceFile): string[] {
  if (/^tools\/tidy(?:\.test)?\.ts$/.test(file.path)) return [];
  const problems: string[] = [];
  for (const pattern of talk) {
    const found = pattern.exec(file.text);
    if (found !== null) {
      problems.push(`${file.path}:${lineOf(file.text, found.index)}: "${found[0].trim()}"`);
    }
  }
  if (!isTypeScript(file.path)) return problems;
  for (const found of file.text.matchAll(bannedDeclarations)) {
    problems.push(`${file.path}:${lineOf(file.text, found.index)}: rename ${found[1]}`);
  }
  if (readsHiddenClock(file)) problems.push(`${file.path}: new Date() hides a clock; take a Clock`);
  return problems;
}

function readsHiddenClock(file: SourceFile): boolean {
  const pure = moduleOf(file.path) !== undefined && moduleOf(file.path) !== "host";
  return pure && !isTest(file.path) && /\bnew Date\(\)/.test(file.text);
}

function importProblems(file: SourceFile): string[] {
  if (!isTypeScript(file.path)) return [];
  const own = moduleOf(file.path);
  return importsOf(file.text).flatMap((target) => {
    const problem = target.startsWith(".")
      ? relativeProblem(file.path, target)
      : target.startsWith("#")
        ? faceProblem(file.path, own, target)
        : nodeProblem(file.path, own, target);
    return problem === undefined ? [] : [`${file.path}: imports ${target}: ${problem}`];
  });
}

function relativeProblem(from: string, target: string): string | undefined {
  if (!/\.(?:tsx?|json|css)$/.test(target)) return "write the .ts ending";
  const resolved = path.posix.join(path.posix.dirname(from), target);
  const own = moduleOf(from);
  if (own !== undefined && moduleOf(resolved) !== own) {
    return "a relative import stays in its module; use the other module's #face";
  }
  for (const { directory, entries } of isolated) {
    const importer = entryOf(from, directory);
    const imported = entryOf(resolved, directory);
    if (importer === undefined || imported === undefined || importer.name === imported.name) {
      continue;
    }
    const importerCounts = entries === "folders" ? importer.isFolder : importer.name !== "index";
    const importedCounts = entries === "folders" ? imported.isFolder : imported.name !== "index";
    if (importerCounts && importedCounts) return `siblings in ${directory} do not know each other`;
  }
  return undefined;
}

/** The entry of `directory` that holds `file`: a folder, or a file without its endings. */
function entryOf(
  file: string,
  directory: string,
): { readonly name: string; readonly isFolder: boolean } | undefined {
  if (!file.startsWith(`${directory}/`)) return undefined;
  const [first = "", ...rest] = file.slice(directory.length + 1).split("/");
  return { name: first.split(".")[0] ?? first, isFolder: rest.length > 0 };
}

function faceProblem(from: string, own: string | undefined, target: string): string | undefined {
  const [name = "", ...rest] = target.slice(1).split("/");
  if (!Object.hasOwn(modules, name)) return "no such module in tools/modules.ts";
  const face = rest.join("/");
  if (!isFace(name, face)) return "not a face of that module";
  if (own === undefined) return undefined;
  const fromTest = isTest(from) || /\/testing(?:\.ts$|\/)/.test(from);
  if (face === "testing") {
    return fromTest ? undefined : "only tests import a testing face";
  }
  if (own === name) return "inside a module import the file itself";
  // A test may bring in anything to run against; only what is shipped has directions.
  if (fromTest) return name === "main" ? "nobody imports main" : undefined;
  return modules[own]?.includes(name) === true ? undefined : `${own} may not know ${name}`;
}

/** `#module`, `#module/testing`, and for the api one face for each group version. */
function isFace(module: string, face: string): boolean {
  if (face === "" || face === "testing") return true;
  return module === "api" && /^[a-z0-9-]+\/v\d+(?:(?:alpha|beta)\d+)?$/.test(face);
}

function nodeProblem(from: string, own: string | undefined, target: string): string | undefined {
  if (!target.startsWith("node:") || own === undefined || own === "host") return undefined;
  return isTest(from) || from.includes("/testing") ? undefined : "only host touches Node";
}

function suppressionProblems(files: readonly SourceFile[]): string[] {
  const problems: string[] = [];
  let count = 0;
  for (const file of files) {
    if (!isTypeScript(file.path) || file.path.startsWith("tools/tidy")) continue;
    for (const found of file.text.matchAll(
      /(?:oxlint-disable|@ts-expect-error|@ts-ignore)(.*)$/gm,
    )) {
      count++;
      const where = `${file.path}:${lineOf(file.text, found.index)}`;
      if (!/(?:--|:) \S+/.test(found[1] ?? "")) {
        problems.push(
          `${where}: a suppression carries its reason: oxlint-disable-… rule -- reason`,
        );
      }
    }
  }
  if (count > suppressionsMax) {
    problems.push(`${count} suppressions, at most ${suppressionsMax}: solve one before adding one`);
  }
  return problems;
}

/** What a module imports, as written. A scan rather than a parse: our formatter fixes the shape. */
export function importsOf(text: string): readonly string[] {
  const statement = /^(?:import|export)\b(?:[^"'`;]*?\bfrom)?\s*"([^"]+)"/gm;
  const dynamic = /\bimport\(\s*"([^"]+)"/g;
  return [...text.matchAll(statement), ...text.matchAll(dynamic)].map((found) => found[1] ?? "");
}

function moduleOf(file: string): string | undefined {
  const found = /^src\/([^/]+)\//.exec(file);
  return found?.[1];
}

function isTypeScript(file: string): boolean {
  return /\.tsx?$/.test(file);
}

function isTest(file: string): boolean {
  return /\.(?:test|bench|fuzz)\.ts$/.test(file);
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** The files that git knows or would add, so that what is ignored is left alone. */
function readTree(): readonly SourceFile[] {
  const listing = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--deduplicate"], {
    encoding: "utf8",
  });
  return listing
    .split("\n")
    .filter((name) => name !== "")
    .flatMap((name) => {
      const readable = /\.(?:ts|md|json|sh|yaml)$/.test(name) && name !== "package-lock.json";
      try {
        return [{ path: name, text: readable ? readFileSync(name, "utf8") : "" }];
      } catch (error) {
        // Deleted but not yet committed: the index still lists it.
        if (Object(error).code !== "ENOENT") throw error;
        return [];
      }
    });
}

if (import.meta.main) {
  const problems = findProblems(readTree());
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
