/** `promtool check rules`: files of rules, or what standard input brings. */
import { describeDuplicateRules, parseRuleFile, type RuleGroupSpec } from "#rules";
import { parserOptions } from "../parser-options.ts";
import { exitFailure, exitLint, exitSuccess, type Surroundings } from "../surroundings.ts";
import {
  bothFindings,
  type Findings,
  type LintOptions,
  noFindings,
  readRuleLints,
} from "./lint-options.ts";

export interface RuleCheckOptions {
  /** As `--lint` has it. */
  readonly lint: string;
  readonly lintFindings: "fatal" | "told";
  readonly unknownFields: "refuse" | "ignore";
}

/** Checks the files, or standard input when there are none. */
export async function checkRules(
  files: readonly string[],
  options: RuleCheckOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { console } = surroundings;
  const settings = {
    lints: readRuleLints(options.lint, console),
    unknownFields: options.unknownFields,
  };
  const findings =
    files.length === 0
      ? await checkInput(settings, surroundings)
      : await checkRuleFiles(files, settings, surroundings);
  return exitStatusOf(findings, options.lintFindings);
}

/** Errors count more than lint problems, which count only when they are to be fatal. */
export function exitStatusOf(findings: Findings, lintFindings: "fatal" | "told"): number {
  if (findings.hasFailed && findings.hasErrors) return exitFailure;
  return findings.hasFailed && lintFindings === "fatal" ? exitLint : exitSuccess;
}

export interface RuleCheckSettings {
  readonly lints: LintOptions;
  readonly unknownFields: "refuse" | "ignore";
}

export async function checkRuleFiles(
  files: readonly string[],
  settings: RuleCheckSettings,
  surroundings: Surroundings,
): Promise<Findings> {
  const { console, disk } = surroundings;
  let findings = noFindings;
  for (const file of files) {
    console.print(`Checking ${file}`);
    const text = new TextDecoder().decode(await disk.readFile(file));
    const found = checkText({ text, prefix: `${file}: ` }, settings, surroundings);
    // Like upstream: no empty line below errors.
    if (!found.hasErrors) console.print("");
    findings = bothFindings(findings, found);
  }
  return findings;
}

async function checkInput(
  settings: RuleCheckSettings,
  surroundings: Surroundings,
): Promise<Findings> {
  const { console } = surroundings;
  console.print("Checking standard input");
  const text = new TextDecoder().decode(await console.readInput());
  const found = checkText({ text, prefix: "" }, settings, surroundings);
  if (!found.hasErrors) console.print("");
  return found;
}

function checkText(
  { text, prefix }: { readonly text: string; readonly prefix: string },
  settings: RuleCheckSettings,
  { console, features }: Surroundings,
): Findings {
  const parsed = parseRuleFile(text, {
    parser: parserOptions(features),
    nameScheme: "utf8",
    unknownFields: settings.unknownFields,
  });
  if (parsed.kind === "invalid") {
    console.note("  FAILED:");
    for (const { message } of parsed.problems) console.note(prefix + message);
    return { hasFailed: true, hasErrors: true };
  }
  const duplicates = settings.lints.duplicateRules
    ? describeDuplicateRules(parsed.groups)
    : undefined;
  if (duplicates !== undefined) {
    console.note("  FAILED:");
    console.note(`lint error ${duplicates}`);
    return { hasFailed: true, hasErrors: false };
  }
  console.print(`  SUCCESS: ${ruleCount(parsed.groups)} rules found`);
  return noFindings;
}

function ruleCount(groups: readonly RuleGroupSpec[]): number {
  return groups.reduce((sum, { rules }) => sum + rules.length, 0);
}
