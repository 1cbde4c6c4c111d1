/**
 * The kinds of `oncall.wherry.dev` as what the rest of the program works with: policies of `#sigma`, and
 * the `OncallConfig` of `#oncall`. Pure; who runs it watches the objects, reads Secrets, and writes statuses.
 *
 *     const { config, verdicts, inForce } = translateOnCall(objects, { zones, secretsOf, before });
 *
 * - `config` is what `parseOncallConfig` makes of a file: hand it to on-call whenever it has changed.
 * - `inForce` is given back as `before` the next time, so that a bad edit leaves the old version in force.
 * - `onCallConditions(verdict, preFlight(config.roster, nowMs))` are the conditions of each object's status,
 *   `conditionsAfter` completes them, and `dutyStatus` is what a schedule's status tells beside them.
 */
export {
  type Acceptance,
  acceptedCondition,
  conditionsAfter,
  type WantedCondition,
} from "./conditions.ts";
export {
  type OnCallObject,
  type OnCallObjects,
  onCallKinds,
  type OnCallSection,
} from "./on-call-objects.ts";
export { dutyStatus, onCallConditions } from "./on-call-status.ts";
export {
  burnRatePolicySource,
  type PolicyCheck,
  policyNameOf,
  type PolicySource,
  sigmaPolicySource,
} from "./policy-source.ts";
export {
  backTestInStatus,
  type BackTestOutcome,
  backTestResult,
  policyConditions,
} from "./policy-status.ts";
export type { Secrets } from "./secrets.ts";
export {
  type OnCallContext,
  type OnCallTranslation,
  type OnCallVerdict,
  type SpecsInForce,
  translateOnCall,
} from "./translate-on-call.ts";
export {
  type PolicyContext,
  policyKinds,
  type PolicyObjects,
  type PolicyVerdict,
  type SourcesInForce,
  sourcesInForce,
  translatePolicies,
} from "./translate-policies.ts";
