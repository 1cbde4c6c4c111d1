/** `promtool check metrics`: lints the metrics on standard input, and counts their series. */
import { FamilyError, type TextFamily } from "../families/family.ts";
import { readFamilies } from "../families/read-families.ts";
import { exitFailure, exitLint, exitSuccess, type Surroundings } from "../surroundings.ts";
import { formatTable } from "../table.ts";
import { lintFamilies } from "./metric-lints.ts";

export interface MetricCheckOptions {
  readonly lints: boolean;
  readonly isExtended: boolean;
}

export async function checkMetrics(
  options: MetricCheckOptions,
  { console }: Surroundings,
): Promise<number> {
  if (!options.lints && !options.isExtended) {
    console.note("error: at least one of --extended or linting must be enabled");
    console.note(
      "Use --extended for cardinality analysis, or remove --lint=none to enable linting",
    );
    return exitFailure;
  }
  const text = new TextDecoder().decode(await console.readInput());
  // Lints are about names that every reader understands.
  let families: readonly TextFamily[];
  try {
    families = readFamilies(text, options.lints ? "legacy" : "utf8");
  } catch (error) {
    if (!(error instanceof FamilyError)) throw error;
    const step = options.lints ? "linting" : "parsing text to metric families";
    console.note(`error while ${step}: ${error.message}`);
    return exitFailure;
  }
  const problems = options.lints ? lintFamilies(families) : [];
  for (const { metric, text: problem } of problems) console.note(`${metric} ${problem}`);
  if (options.isExtended) await console.write(formatCardinality(families));
  return problems.length > 0 ? exitLint : exitSuccess;
}

/** How many series each family has, the largest first, and its part of them all. */
function formatCardinality(families: readonly TextFamily[]): string {
  const rows = families
    .map((family) => [family.name, cardinalityOf(family)] as const)
    .sort(([, left], [, right]) => right - left);
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  const cells = rows.map(([name, count]) => {
    return [name, String(count), `${((100 * count) / total).toFixed(2)}%`, ""];
  });
  const table = [
    ["Metric", "Cardinality", "Percentage", ""],
    ...cells,
    ["Total", String(total), "100%", ""],
  ];
  return formatTable(table, { cellMin: 4, padding: 4 });
}

function cardinalityOf({ type, metrics }: TextFamily): number {
  // As upstream counts: the first metric stands for all. A gauge histogram counts as one series.
  const parts = metrics[0]?.parts.length ?? 0;
  const hasParts = type === "summary" || type === "histogram";
  return metrics.length * (hasParts ? parts + 2 : 1);
}
