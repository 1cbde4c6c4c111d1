import { type Clock, describeError, type Disk } from "#base";
import { ConfigError, directoryOf, joinPath } from "#promconfig";
import type { EngineOptions } from "#promql";
import type { NameScheme, Regex } from "#series";
import { type LoadedRuleFile, loadRules, type RuleDisk } from "../file/load-rules.ts";
import { type AlertFailureForm, runTestGroup } from "./run-test-group.ts";
import { parseTestFile, type TestFile } from "./test-file.ts";

export interface UnitTestDeps {
  readonly disk: RuleDisk & Pick<Disk, "readFile">;
  readonly clock: Clock;
}

export interface UnitTestOptions {
  /** How queries are evaluated; the flags of the program may switch on parts of the language. */
  readonly engine: EngineOptions;
  readonly nameScheme: NameScheme;
  readonly unknownFields: "refuse" | "ignore";
  /** Only tests whose name this matches; undefined is all. */
  readonly only: Regex | undefined;
  /** How alerts that are not the expected ones are told. */
  readonly alertFailures: AlertFailureForm;
  /** Told what goes on, and in the end all samples; undefined when nobody wants to know. */
  readonly debug: ((text: string) => void) | undefined;
}

export interface TestFileOutcome {
  readonly path: string;
  readonly startedAtMs: number;
  readonly cases: readonly TestCaseOutcome[];
  /** Why nothing in the file was run. */
  readonly error: string | undefined;
  /** What is no failure and still worth telling. */
  readonly warnings: readonly string[];
}

export interface TestCaseOutcome {
  readonly name: string;
  /** In upstream's words; none when the test has passed. */
  readonly failures: readonly string[];
}

/** Runs the tests of a file, in virtual time: a day passes in a moment. */
export async function runRuleTests(
  path: string,
  deps: UnitTestDeps,
  options: UnitTestOptions,
): Promise<TestFileOutcome> {
  const startedAtMs = deps.clock.nowMs();
  try {
    const { cases, warnings } = await runFile(path, deps, options);
    return { path, startedAtMs, cases, error: undefined, warnings };
  } catch (error) {
    // A file that cannot be run is told like a failing one, and the next file has its turn.
    const problem = error instanceof ConfigError ? error.message : describeError(error);
    return { path, startedAtMs, cases: [], error: problem, warnings: [] };
  }
}

async function runFile(
  path: string,
  deps: UnitTestDeps,
  options: UnitTestOptions,
): Promise<Pick<TestFileOutcome, "cases" | "warnings">> {
  const file = parseTestFile(new TextDecoder().decode(await deps.disk.readFile(path)));
  const repeated = file.groupEvalOrder.find(
    (name, index) => file.groupEvalOrder.indexOf(name) !== index,
  );
  if (repeated !== undefined) {
    throw new Error(`group name repeated in evaluation order: ${repeated}`);
  }
  const { engine, nameScheme, unknownFields, alertFailures, debug } = options;
  const directory = directoryOf(path);
  const patterns = file.ruleFiles.map((pattern) => joinPath(directory, pattern));
  const rules = await loadRules(deps.disk, patterns, {
    parser: engine.syntax,
    nameScheme,
    unknownFields,
  });
  const problems = rules.problems.map((problem) => `${problem.path}: ${problem.message}`);
  const warnings = rules.unmatched.map((pattern) => `no file match pattern ${pattern}`);
  const cases: TestCaseOutcome[] = [];
  for (const [index, group] of file.tests.entries()) {
    if (options.only?.test(group.name) === false) continue;
    const name = group.name === "" ? `unnamed#${index}` : group.name;
    const failures =
      problems.length > 0
        ? problems
        : await runTestGroup(group, {
            clock: deps.clock,
            engine,
            name,
            alertFailures,
            debug,
            evaluationIntervalMs: intervalOf(file),
            groups: orderedGroups(rules.files, file.groupEvalOrder),
            comparison: file.fuzzyCompare ? "fuzzy" : "exact",
          });
    cases.push({ name, failures });
  }
  return { cases, warnings };
}

function intervalOf(file: TestFile): number {
  return file.evaluationIntervalMs === 0 ? 60_000 : file.evaluationIntervalMs;
}

/** Groups in the order asked for; those that it does not mention are as good as the first. */
function orderedGroups(files: readonly LoadedRuleFile[], order: readonly string[]) {
  const rank = (name: string) => Math.max(order.indexOf(name), 0);
  return files
    .flatMap(({ path, groups }) => groups.map((spec) => ({ path, spec })))
    .sort((left, right) => rank(left.spec.name) - rank(right.spec.name));
}
