export type { Alert } from "./alert/alert-state.ts";
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
export { RuleEngine, type RuleFiles } from "./rule-engine.ts";
