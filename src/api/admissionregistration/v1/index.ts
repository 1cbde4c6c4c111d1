export {
  applyConfiguration,
  jsonPatch,
  mutatingAdmissionPolicy,
  mutatingAdmissionPolicySpec,
  mutation,
  type ApplyConfiguration,
  type JSONPatch,
  type MutatingAdmissionPolicy,
  type MutatingAdmissionPolicySpec,
  type Mutation,
} from "./mutating-admission-policy.ts";
export {
  mutatingAdmissionPolicyBinding,
  mutatingAdmissionPolicyBindingSpec,
  type MutatingAdmissionPolicyBinding,
  type MutatingAdmissionPolicyBindingSpec,
} from "./mutating-admission-policy-binding.ts";
export {
  mutatingWebhook,
  mutatingWebhookConfiguration,
  type MutatingWebhook,
  type MutatingWebhookConfiguration,
} from "./mutating-webhook-configuration.ts";
export {
  matchCondition,
  matchResources,
  namedRuleWithOperations,
  paramKind,
  paramRef,
  ruleWithOperations,
  serviceReference,
  type MatchCondition,
  type MatchResources,
  type NamedRuleWithOperations,
  type ParamKind,
  type ParamRef,
  type RuleWithOperations,
  type ServiceReference,
  type Variable,
  type WebhookClientConfig,
  variable,
  webhookClientConfig,
} from "./parts.ts";
export {
  auditAnnotation,
  expressionWarning,
  type AuditAnnotation,
  type ExpressionWarning,
  type TypeChecking,
  type ValidatingAdmissionPolicy,
  type ValidatingAdmissionPolicySpec,
  type ValidatingAdmissionPolicyStatus,
  type Validation,
  typeChecking,
  validatingAdmissionPolicy,
  validatingAdmissionPolicySpec,
  validatingAdmissionPolicyStatus,
  validation,
} from "./validating-admission-policy.ts";
export {
  type ValidatingAdmissionPolicyBinding,
  type ValidatingAdmissionPolicyBindingSpec,
  validatingAdmissionPolicyBinding,
  validatingAdmissionPolicyBindingSpec,
} from "./validating-admission-policy-binding.ts";
export {
  type ValidatingWebhook,
  type ValidatingWebhookConfiguration,
  validatingWebhook,
  validatingWebhookConfiguration,
} from "./validating-webhook-configuration.ts";
