/** `promtool test rules`: runs files of unit tests and tells what failed. */
import { defaultEngineOptions } from "#promql";
import { formatJunit, runRuleTests, type TestFileOutcome, type UnitTestOptions } from "#rules";
import { compileRegex } from "#series";
import { parserOptions } from "../parser-options.ts";
import { exitFailure, exitSuccess, type Surroundings } from "../surroundings.ts";

export interface RuleTestOptions {
  /** Empty for none. */
  readonly junitFile: string;
  /** Patterns of the names to run; none means all. */
  readonly only: readonly string[];
  readonly unknownFields: "refuse" | "ignore";
  readonly shownAs: "difference" | "lists";
  readonly isDebugging: boolean;
}

export async function testRules(
  files: readonly string[],
  options: RuleTestOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { console, disk } = surroundings;
  refuseUnsupported(options);
  if (options.junitFile !== "") await disk.writeFile(options.junitFile, "", { mode: 0o644 });
  const settings = unitTestOptions(options, surroundings);
  const outcomes: TestFileOutcome[] = [];
  for (const file of files) {
    const outcome = await runRuleTests(file, surroundings, settings);
    outcomes.push(outcome);
    tell(outcome, console);
  }
  if (options.junitFile !== "") {
    await disk.writeFile(options.junitFile, formatJunit(outcomes), { mode: 0o644 });
  }
  return outcomes.some((outcome) => failuresOf(outcome).length > 0) ? exitFailure : exitSuccess;
}

function refuseUnsupported({ shownAs, isDebugging }: RuleTestOptions): void {
  if (shownAs === "difference") {
    throw new Error("test rules --diff is not supported: failures show what was expected and got");
  }
  if (isDebugging) {
    throw new Error("test rules --debug is not supported: ask for series by promql_expr_test");
  }
}

function unitTestOptions(options: RuleTestOptions, { features }: Surroundings): UnitTestOptions {
  const { only, unknownFields } = options;
  return {
    engine: {
      ...defaultEngineOptions,
      nameRemoval: features.has("promql-delayed-name-removal") ? "delayed" : "immediate",
      syntax: parserOptions(features),
    },
    nameScheme: "utf8",
    unknownFields,
    only: only.length === 0 ? undefined : compileRegex(only.join("|"), "unanchored"),
  };
}

function tell(outcome: TestFileOutcome, console: Surroundings["console"]): void {
  for (const warning of outcome.warnings) console.note(`  WARNING: ${warning}`);
  const failures = failuresOf(outcome);
  if (failures.length === 0) console.print("  SUCCESS");
  else console.note("  FAILED:");
  for (const failure of failures) {
    console.note(failure);
    console.print("");
  }
  console.print("");
}

function failuresOf({ error, cases }: TestFileOutcome): readonly string[] {
  return error === undefined ? cases.flatMap(({ failures }) => failures) : [error];
}
