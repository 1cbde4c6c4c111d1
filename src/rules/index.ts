export {
  type ParsedRuleFile,
  parseRuleFile,
  type RuleFileOptions,
  type RuleProblem,
} from "./file/rule-file.ts";
export type { AlertingSpec, RecordingSpec, RuleGroupSpec, RuleSpec } from "./file/rule-spec.ts";
