export {
  type BackTestFiring,
  backTestSeries,
  type EvaluatedSeries,
  type LevelBackTest,
  type SeriesBackTest,
} from "./back-test.ts";
export { backTestPolicy } from "./back-test-policy.ts";
export { type BackTestView, backTestView, type SeriesBackTestView } from "./back-test-view.ts";
export { autocorrelation, type BaselineOptions, effectiveCount, zScores } from "./baseline.ts";
export {
  type BurnRateLevel,
  burnRateLevels,
  type BurnRatePolicy,
  burnRateRules,
  budgetSpent,
  errorBudget,
  errorRatioExpr,
} from "./burn-rate.ts";
export {
  type BurnRateLevelState,
  type BurnRateState,
  burnRateState,
  burnRateWindows,
  type ErrorRatios,
} from "./burn-rate-state.ts";
export { type Calibration, calibrate } from "./calibration.ts";
export { type CusumOptions, cusumScores, whiten } from "./cusum.ts";
export { normalDensity, outsideShare, tailQuantile, upperTail } from "./normal.ts";
export {
  backTestedThreshold,
  type BackTestOptions,
  type FalsePageBudget,
  thresholdForBudget,
  unseenRatePerDay,
} from "./page-threshold.ts";
export {
  type BackTestSpec,
  backTestDefault,
  baselineDefault,
  type BaselineSpec,
  isPage,
  levelsDefault,
  pageObstacles,
  policyDefault,
  type SigmaAction,
  type SigmaLevel,
  type SigmaPolicy,
} from "./policy.ts";
export { parsePolicyFile, type PolicyFile } from "./policy-file.ts";
export {
  type History,
  type HistoryRange,
  type HistorySeries,
  readEvaluations,
} from "./history.ts";
export { thresholdSeries, type ThresholdSeries } from "./thresholds.ts";
export { describeBackTest } from "./report.ts";
export { formatRuleFile, policyFileRules } from "./rule-file.ts";
export { policyRules, type SigmaRuleGroup } from "./policy-rules.ts";
export { durationText, type SigmaRule, sigmaSeries } from "./sigma-series.ts";
export { type BandRange, type SeriesBands, seriesBands } from "./series-bands.ts";
export { seriesScores } from "./series-scores.ts";
export { type Firing, findFirings, type RunRule, runScores } from "./run-rule.ts";
export { wouldBePages } from "./would-be-pages.ts";
