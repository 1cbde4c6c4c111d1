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
  /** How alerts that are not the expected ones are told. */
  readonly alertFailures: UnitTestOptions["alertFailures"];
  readonly isDebugging: boolean;
}

export async function testRules(
  files: readonly string[],
  options: RuleTestOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { console, disk } = surroundings;
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

function unitTestOptions(
  options: RuleTestOptions,
  { features, console }: Surroundings,
): UnitTestOptions {
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
    alertFailures: options.alertFailures,
    debug: options.isDebugging ? (text) => console.note(text) : undefined,
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
