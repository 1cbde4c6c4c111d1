import { quoteGo } from "#base";
import type { Console } from "../surroundings.ts";

/** Which lints `--lint` asks for. */
export interface LintOptions {
  readonly duplicateRules: boolean;
  readonly longIntervals: boolean;
}

/** The lints that rule files can be given. Unknown words are told and ignored, as upstream does. */
export function readRuleLints(text: string, console: Console): LintOptions {
  return readLints(text.split(","), console);
}

/** The same for configurations, where "none" wins over everything else. */
export function readConfigLints(text: string, console: Console): LintOptions {
  const words = text.split(",");
  if (words.includes("none")) return { duplicateRules: false, longIntervals: false };
  const isLong = (word: string) => word === "too-long-scrape-interval";
  const longIntervals = words.some((word) => isLong(word) || word === "all");
  return {
    ...readLints(
      words.filter((word) => !isLong(word)),
      console,
    ),
    longIntervals,
  };
}

function readLints(words: readonly string[], console: Console): LintOptions {
  const known = ["all", "duplicate-rules", "none"];
  const isAsked = words.some((word) => word !== "");
  for (const word of isAsked ? words : []) {
    if (!known.includes(word)) console.print(`WARNING: unknown lint option: ${quoteGo(word)}`);
  }
  const duplicateRules = words.includes("all") || words.includes("duplicate-rules");
  return { duplicateRules, longIntervals: false };
}

/** What came of checking: `told` findings are lint problems, errors are worse. */
export interface Findings {
  readonly hasFailed: boolean;
  readonly hasErrors: boolean;
}

export const noFindings: Findings = { hasFailed: false, hasErrors: false };

export function bothFindings(left: Findings, right: Findings): Findings {
  return {
    hasFailed: left.hasFailed || right.hasFailed,
    hasErrors: left.hasErrors || right.hasErrors,
  };
}
