import { formatHelp } from "./command-line/help.ts";
import { type ParsedLine, parseLine } from "./command-line/parse.ts";
import { UsageError } from "./command-line/usage-error.ts";
import { problemOf } from "./problem.ts";
import { program } from "./program.ts";
import { exitFailure, exitSuccess, type Surroundings } from "./surroundings.ts";
import { diskAt } from "./working-disk.ts";

/** What `main` hands to the tool. */
export interface PromtoolDeps extends Omit<Surroundings, "features" | "isExperimental"> {
  readonly workingDirectory: string;
  /** What `--version` prints. */
  readonly version: string;
}

/** Runs one command line of promtool and gives its exit status. */
export async function runPromtool(words: readonly string[], deps: PromtoolDeps): Promise<number> {
  const { console } = deps;
  const disk = diskAt(deps.disk, deps.workingDirectory);
  let line: ParsedLine;
  try {
    line = await parseLine(program, words, disk);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.note(`promtool: error: ${error.message}, try --help`);
    return exitFailure;
  }
  if (line.kind === "help") {
    await console.write(formatHelp(line.path));
    return exitSuccess;
  }
  if (line.kind === "version") {
    console.print(deps.version);
    return exitSuccess;
  }
  const { command, values } = line;
  const features = await featuresOf(values["enable-feature"], deps);
  const isExperimental = values["experimental"] === true;
  try {
    const surroundings = { ...deps, disk, features, isExperimental };
    return (await command.run?.(values, surroundings)) ?? exitFailure;
  } catch (error) {
    if (deps.signal.aborted) return exitFailure;
    // Upstream ends every command that fails in this way.
    console.note(
      error instanceof UsageError ? `promtool: error: ${error.message}` : problemOf(error),
    );
    return exitFailure;
  }
}

const knownFeatures: ReadonlySet<string> = new Set([
  "promql-experimental-functions",
  "promql-delayed-name-removal",
  "promql-duration-expr",
  "promql-extended-range-selectors",
  "promql-binop-fill-modifiers",
]);

async function featuresOf(lists: unknown, { console }: PromtoolDeps): Promise<ReadonlySet<string>> {
  const texts: readonly unknown[] = Array.isArray(lists) ? lists : [];
  const names = texts.flatMap((text) => String(text).split(",")).filter((name) => name !== "");
  for (const name of names) {
    if (knownFeatures.has(name)) continue;
    await console.write(`  WARNING: Unknown feature passed to --enable-feature: ${name}`);
  }
  return new Set(names);
}
