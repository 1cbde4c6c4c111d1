/** What a back-test found, for people. */
import type { BackTestFiring, LevelBackTest, SeriesBackTest } from "./back-test.ts";
import { pageObstacles, type SigmaPolicy } from "./policy.ts";
import { wouldBePages } from "./would-be-pages.ts";

/** How many firings of a level are listed. */
const listedMax = 20;

/**
 * A policy's back-test as lines. `formatLabels` writes a series' labels; `formatTable` aligns rows.
 */
export function describeBackTest(
  policy: SigmaPolicy,
  tested: readonly SeriesBackTest[],
  format: {
    labels(labels: readonly string[]): string;
    table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[];
  },
): readonly string[] {
  if (tested.length === 0) return [`${policy.name}: the expression had no series in that time`];
  const rows = tested.flatMap((series) =>
    series.levels.map((level, index) => [
      index === 0 ? format.labels(series.labels) : "",
      level.level.name,
      thresholdText(level),
      `${level.level.rule.beyond} of ${level.level.rule.of}`,
      level.level.action,
      String(level.firings.length),
      level.perDayMax.toPrecision(2),
    ]),
  );
  const header = ["SERIES", "LEVEL", "SIGMAS", "RULE", "ACTION", "FIRED", "A DAY AT MOST"];
  return [
    ...format.table(header, rows),
    "",
    ...tested.flatMap((series) => pageLines(series, format.labels(series.labels))),
    "",
    verdict(policy, tested),
  ];
}

function thresholdText({ level, threshold }: LevelBackTest): string {
  if (threshold === undefined) return "none";
  return level.isBackTested ? `${threshold.toFixed(2)} (back-tested)` : threshold.toFixed(2);
}

/** When somebody would have been paged, and why this series may not page yet. */
function pageLines(series: SeriesBackTest, name: string): readonly string[] {
  const firings = wouldBePages(series);
  const listed = firings.slice(-listedMax).map((firing) => `  ${firingText(firing)}`);
  const left = firings.length - listed.length;
  const times = firings.length === 1 ? "once" : `${firings.length} times`;
  return [
    `${name} would have paged ${times} in ${series.judgedDays.toFixed(1)} days`,
    ...(left > 0 ? [`  (${left} before these)`] : []),
    ...listed,
    ...series.obstacles.map((obstacle) => `  it may not page yet: ${obstacle}`),
  ];
}

function firingText({ startMs, endMs, sigmas }: BackTestFiring): string {
  const minutes = Math.round((endMs - startMs) / 60_000);
  return `${timeText(startMs)} for ${minutes} min, up to ${sigmas.toFixed(1)} sigma`;
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function verdict(policy: SigmaPolicy, tested: readonly SeriesBackTest[]): string {
  const ready = tested.filter(({ obstacles }) => obstacles.length === 0).length;
  const obstacles = pageObstacles(policy);
  if (obstacles.length > 0) return `${policy.name} pages nobody: ${obstacles.join(", and ")}.`;
  return `${policy.name} pages for ${ready} of its ${tested.length} series.`;
}
