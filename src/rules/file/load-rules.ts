import { describeError, type Disk } from "#base";
import { expandGlob, type FileFinder } from "#promconfig";
import { parseRuleFile, type RuleFileOptions, type RuleProblem } from "./rule-file.ts";
import type { RuleGroupSpec } from "./rule-spec.ts";

/** The part of the disk that rule files are read from. */
export type RuleDisk = FileFinder & Pick<Disk, "readFile">;

export interface LoadedRuleFile {
  readonly path: string;
  readonly groups: readonly RuleGroupSpec[];
}

/** What is wrong with a file, as `promtool check rules` says it: `rules.yml: 3:5: …`. */
export interface RuleFileProblem extends RuleProblem {
  readonly path: string;
}

export interface LoadedRules {
  /** Those without problems. */
  readonly files: readonly LoadedRuleFile[];
  readonly problems: readonly RuleFileProblem[];
  /** Patterns that no file matches. */
  readonly unmatched: readonly string[];
}

/** Reads all files that the patterns of `rule_files` match, each once. */
export async function loadRules(
  disk: RuleDisk,
  patterns: readonly string[],
  options: RuleFileOptions,
): Promise<LoadedRules> {
  const unmatched: string[] = [];
  const paths = new Set<string>();
  for (const pattern of patterns) {
    const found = await expandGlob(disk, pattern);
    if (found.length === 0) unmatched.push(pattern);
    for (const path of found) paths.add(path);
  }
  const files: LoadedRuleFile[] = [];
  const problems: RuleFileProblem[] = [];
  for (const path of paths) {
    const parsed = parseRuleFile(await readText(disk, path), options);
    if (parsed.kind === "valid") files.push({ path, groups: parsed.groups });
    else problems.push(...parsed.problems.map((problem) => ({ ...problem, path })));
  }
  return { files, problems, unmatched };
}

async function readText(disk: RuleDisk, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await disk.readFile(path));
  } catch (error) {
    throw new Error(`${path}: ${describeError(error)}`, { cause: error });
  }
}
