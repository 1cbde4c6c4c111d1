export type { Alert } from "./alert/alert-state.ts";
export { describeDuplicateRules } from "./file/duplicate-rules.ts";
export {
  type LoadedRuleFile,
  type LoadedRules,
  loadRules,
  type RuleDisk,
  type RuleFileProblem,
} from "./file/load-rules.ts";
export {
  type ParsedRuleFile,
  parseRuleFile,
  type RuleFileOptions,
  type RuleProblem,
} from "./file/rule-file.ts";
export type { AlertingSpec, RecordingSpec, RuleGroupSpec, RuleSpec } from "./file/rule-spec.ts";
export {
  defaultRuleOptions,
  type Evaluate,
  evaluateWith,
  type RuleDeps,
  type RuleOptions,
  type RuleSettings,
} from "./group/ports.ts";
export type {
  AlertingRuleView,
  AlertView,
  RecordingRuleView,
  RuleGroupView,
} from "./group/views.ts";
export {
  registerNotifierMetrics,
  registerRuleMetrics,
} from "./metrics.ts";
export type { AlertmanagerSettings, FoundTargets } from "./notify/alertmanager-set.ts";
export { Notifier, type NotifierDeps, type NotifierSettings } from "./notify/notifier.ts";
export { formatClusterRules } from "./mixin/cluster-rules.ts";
export { notifierSettings } from "./notify/notifier-settings.ts";
export { defaultQueueOptions, type QueueOptions } from "./notify/send-loop.ts";
export { RuleEngine, type RuleFiles } from "./rule-engine.ts";
export { formatJunit } from "./unit-test/junit.ts";
export {
  runRuleTests,
  type TestCaseOutcome,
  type TestFileOutcome,
  type UnitTestDeps,
  type UnitTestOptions,
} from "./unit-test/run-tests.ts";
