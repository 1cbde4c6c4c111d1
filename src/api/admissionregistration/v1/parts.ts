import { atomicListOf, bytes, field, int32, string, type TypeOf } from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { type } from "./package.ts";

export const matchCondition = type("MatchCondition", "", {
  name: field(1, string, "").required(),
  expression: field(2, string, "").required(),
});
export interface MatchCondition extends TypeOf<typeof matchCondition> {}

export const namedRuleWithOperations = type(
  "NamedRuleWithOperations",
  "",
  {
    resourceNames: field(1, atomicListOf(string), ""),
    operations: field(1, atomicListOf(string), "").embeddedIn(2),
    apiGroups: field(1, atomicListOf(string), "").embeddedIn(2, 2),
    apiVersions: field(2, atomicListOf(string), "").embeddedIn(2, 2),
    resources: field(3, atomicListOf(string), "").embeddedIn(2, 2),
    scope: field(4, string, "").embeddedIn(2, 2),
  },
  { mapType: "atomic" },
);
export interface NamedRuleWithOperations extends TypeOf<typeof namedRuleWithOperations> {}

export const matchResources = type(
  "MatchResources",
  "",
  {
    namespaceSelector: field(1, labelSelector, "").pointer(),
    objectSelector: field(2, labelSelector, "").pointer(),
    resourceRules: field(3, atomicListOf(namedRuleWithOperations), ""),
    excludeResourceRules: field(4, atomicListOf(namedRuleWithOperations), ""),
    matchPolicy: field(7, string, "").pointer(),
  },
  { mapType: "atomic" },
);
export interface MatchResources extends TypeOf<typeof matchResources> {}

export const paramKind = type(
  "ParamKind",
  "",
  {
    apiVersion: field(1, string, ""),
    kind: field(2, string, ""),
  },
  { mapType: "atomic" },
);
export interface ParamKind extends TypeOf<typeof paramKind> {}

export const paramRef = type(
  "ParamRef",
  "",
  {
    name: field(1, string, ""),
    namespace: field(2, string, ""),
    selector: field(3, labelSelector, "").pointer(),
    parameterNotFoundAction: field(4, string, "").pointer(),
  },
  { mapType: "atomic" },
);
export interface ParamRef extends TypeOf<typeof paramRef> {}

export const ruleWithOperations = type("RuleWithOperations", "", {
  operations: field(1, atomicListOf(string), ""),
  apiGroups: field(1, atomicListOf(string), "").embeddedIn(2),
  apiVersions: field(2, atomicListOf(string), "").embeddedIn(2),
  resources: field(3, atomicListOf(string), "").embeddedIn(2),
  scope: field(4, string, "").pointer().embeddedIn(2),
});
export interface RuleWithOperations extends TypeOf<typeof ruleWithOperations> {}

export const serviceReference = type("ServiceReference", "", {
  namespace: field(1, string, "").required(),
  name: field(2, string, "").required(),
  path: field(3, string, "").pointer(),
  port: field(4, int32, "").pointer(),
});
export interface ServiceReference extends TypeOf<typeof serviceReference> {}

export const variable = type(
  "Variable",
  "",
  {
    name: field(1, string, "").required(),
    expression: field(2, string, "").required(),
  },
  { mapType: "atomic" },
);
export interface Variable extends TypeOf<typeof variable> {}

export const webhookClientConfig = type("WebhookClientConfig", "", {
  service: field(1, serviceReference, "").pointer(),
  caBundle: field(2, bytes, ""),
  url: field(3, string, "").pointer(),
});
export interface WebhookClientConfig extends TypeOf<typeof webhookClientConfig> {}
