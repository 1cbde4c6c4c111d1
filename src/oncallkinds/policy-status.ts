/** What the status of a policy says: whether it is in force, and whether it may wake anybody. */
import { formatTime } from "#api";
import type { SigmaBackTestResult, SigmaLevelResult, SigmaPolicyStatus } from "#api/oncall/v1";
import {
  durationText,
  type LevelBackTest,
  pageObstacles,
  type SeriesBackTest,
  type SigmaLevel,
  type SigmaPolicy,
  wouldBePages,
} from "#sigma";
import { acceptedCondition, type WantedCondition } from "./conditions.ts";
import type { PolicyVerdict } from "./translate-policies.ts";

/** How the engine's back-test of a policy went. */
export type BackTestOutcome =
  | { readonly kind: "tested"; readonly result: SigmaBackTestResult }
  | { readonly kind: "failed"; readonly reason: string };

/** What of an object's state its text does not tell. */
export interface PolicyState {
  /** Of the last back-test; undefined before the first. */
  readonly outcome: BackTestOutcome | undefined;
  /** Whether the engine took what policies say, or stays with what it had. */
  readonly engine: "taken" | "refused";
}

export function policyConditions(
  verdict: PolicyVerdict,
  { outcome, engine }: PolicyState,
): readonly WantedCondition[] {
  const { problem, source } = verdict;
  const accepted =
    engine === "taken" || problem !== undefined
      ? acceptedCondition({ problem, isOldInForce: source !== undefined })
      : notTaken;
  if (verdict.list === "burnRates") return [accepted];
  const policy = source?.file.policies[0];
  if (policy === undefined) return [accepted, notPaging("NotInForce", "it is not in force")];
  return [accepted, mayPageCondition(policy, outcome ?? knownOutcome(verdict.object.status))];
}

const notTaken: WantedCondition = {
  type: "Accepted",
  status: "Unknown",
  reason: "EngineNotReloaded",
  message:
    "the engine keeps what it had, because a file of its own is not valid; its log says which",
};

/** What the status tells of the back-test; of an old one until there is another. */
export function backTestInStatus(
  verdict: PolicyVerdict,
  outcome: BackTestOutcome | undefined,
): Pick<SigmaPolicyStatus, "backTest"> {
  if (verdict.list === "burnRates") return {};
  const backTest = outcome?.kind === "tested" ? outcome.result : verdict.object.status?.backTest;
  return backTest === undefined ? {} : { backTest };
}

function knownOutcome(status: SigmaPolicyStatus | undefined): BackTestOutcome | undefined {
  return status?.backTest && { kind: "tested", result: status.backTest };
}

function mayPageCondition(
  policy: SigmaPolicy,
  outcome: BackTestOutcome | undefined,
): WantedCondition {
  const obstacles = pageObstacles(policy);
  if (obstacles.length > 0) return notPaging("Policy", obstacles.join(", and "));
  if (outcome === undefined) {
    const message = "the past was not looked through yet";
    return { type: "MayPage", status: "Unknown", reason: "NotBackTested", message };
  }
  if (outcome.kind === "failed") return notPaging("BackTestFailed", outcome.reason);
  const { seriesCount, pagingSeriesCount, series } = outcome.result;
  if (seriesCount === 0) return notPaging("NoSeries", "the expression had no series in that time");
  const counted = `${pagingSeriesCount} of ${seriesCount} series may page`;
  if (pagingSeriesCount > 0) {
    return { type: "MayPage", status: "True", reason: "BackTested", message: counted };
  }
  const why = series?.flatMap(({ obstacles: found }) => found ?? [])[0];
  return notPaging("Past", why === undefined ? counted : `${counted}: ${why}`);
}

function notPaging(reason: string, message: string): WantedCondition {
  return { type: "MayPage", status: "False", reason, message };
}

/** How many series a status lists. */
const listedSeriesMax = 20;

/** What a back-test found, as a status tells it: sums of all series, and those with most pages. */
export function backTestResult(
  policy: SigmaPolicy,
  tested: readonly SeriesBackTest[],
  testedAtMs: number,
): SigmaBackTestResult {
  const pages = new Map(tested.map((series) => [series, wouldBePages(series)]));
  const pageCount = (series: SeriesBackTest) => pages.get(series)?.length ?? 0;
  const byPages = [...tested].sort((left, right) => pageCount(right) - pageCount(left));
  return {
    time: formatTime(testedAtMs),
    history: historyText(policy.backTest.historyMs),
    pages: tested.reduce((sum, series) => sum + pageCount(series), 0),
    seriesCount: tested.length,
    pagingSeriesCount: tested.filter(({ obstacles }) => obstacles.length === 0).length,
    levels: policy.levels.map((level, index) => levelResult(level, levelsAt(tested, index))),
    series: byPages.slice(0, listedSeriesMax).map((series) => {
      const last = pages.get(series)?.at(-1);
      return {
        labels: labelsOf(series.labels),
        pages: pageCount(series),
        ...(last === undefined ? {} : { lastPageTime: formatTime(last.startMs) }),
        ...(series.obstacles.length === 0 ? {} : { obstacles: series.obstacles }),
      };
    }),
  };
}

function levelsAt(tested: readonly SeriesBackTest[], index: number): readonly LevelBackTest[] {
  return tested.flatMap(({ levels }) => levels[index] ?? []);
}

function levelResult(
  { name, action }: SigmaLevel,
  tested: readonly LevelBackTest[],
): SigmaLevelResult {
  const thresholds = tested.flatMap(({ threshold }) => threshold ?? []);
  const perDay = tested.reduce((sum, { perDayMax }) => sum + perDayMax, 0);
  return {
    name,
    action,
    firings: tested.reduce((sum, { firings }) => sum + firings.length, 0),
    ...(thresholds.length === 0
      ? {}
      : {
          thresholdMin: hundredths(Math.min(...thresholds)),
          thresholdMax: hundredths(Math.max(...thresholds)),
        }),
    // Without any history there is no limit.
    ...(tested.length > 0 && Number.isFinite(perDay) ? { perDayMax: hundredths(perDay) } : {}),
  };
}

function hundredths(value: number): number {
  return Number(value.toFixed(2));
}

const dayMs = 86_400_000;

/** In days, as people count them here, where it is whole days. */
function historyText(ms: number): string {
  return ms % dayMs === 0 ? `${ms / dayMs}d` : durationText(ms);
}

function labelsOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: pairs.length / 2 }, (_, pair) => [
      pairs[2 * pair] ?? "",
      pairs[2 * pair + 1] ?? "",
    ]),
  );
}
