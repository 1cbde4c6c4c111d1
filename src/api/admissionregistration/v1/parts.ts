import { atomicListOf, bytes, field, int32, string, type TypeOf } from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { type } from "./package.ts";

export const matchCondition = type("MatchCondition", "A condition for a request to be looked at.", {
  name: field(1, string, "Name of the condition.").required(),
  expression: field(2, string, "CEL expression that is true for requests to look at.").required(),
});
export interface MatchCondition extends TypeOf<typeof matchCondition> {}

export const namedRuleWithOperations = type(
  "NamedRuleWithOperations",
  "Operations on resources, perhaps of certain names.",
  {
    resourceNames: field(1, atomicListOf(string), "Names of the objects; empty means all."),
    operations: field(
      1,
      atomicListOf(string),
      "CREATE, UPDATE, DELETE, CONNECT or * for all.",
    ).embeddedIn(2),
    apiGroups: field(1, atomicListOf(string), "Groups of the resources; * means all.").embeddedIn(
      2,
      2,
    ),
    apiVersions: field(
      2,
      atomicListOf(string),
      "Versions of the resources; * means all.",
    ).embeddedIn(2, 2),
    resources: field(
      3,
      atomicListOf(string),
      "The resources; * means all, pods/* all parts of pods.",
    ).embeddedIn(2, 2),
    scope: field(4, string, "Cluster, Namespaced or * (the default).").embeddedIn(2, 2),
  },
  { mapType: "atomic" },
);
export interface NamedRuleWithOperations extends TypeOf<typeof namedRuleWithOperations> {}

export const matchResources = type(
  "MatchResources",
  "Requests, by what they are for.",
  {
    namespaceSelector: field(1, labelSelector, "Labels of their namespaces.").pointer(),
    objectSelector: field(2, labelSelector, "Labels of their objects.").pointer(),
    resourceRules: field(
      3,
      atomicListOf(namedRuleWithOperations),
      "Resources and operations that match.",
    ),
    excludeResourceRules: field(
      4,
      atomicListOf(namedRuleWithOperations),
      "Resources and operations that do not.",
    ),
    matchPolicy: field(
      7,
      string,
      "Exact, or Equivalent (the default): other versions of a resource match too.",
    ).pointer(),
  },
  { mapType: "atomic" },
);
export interface MatchResources extends TypeOf<typeof matchResources> {}

export const paramKind = type(
  "ParamKind",
  "Kind of a policy's parameters.",
  {
    apiVersion: field(1, string, "Group and version of the kind."),
    kind: field(2, string, "The kind."),
  },
  { mapType: "atomic" },
);
export interface ParamKind extends TypeOf<typeof paramKind> {}

export const paramRef = type(
  "ParamRef",
  "Object with the parameters of a policy.",
  {
    name: field(1, string, "Name of the object."),
    namespace: field(2, string, "Namespace of the object; that of the request by default."),
    selector: field(3, labelSelector, "Labels of the objects, instead of a name.").pointer(),
    parameterNotFoundAction: field(4, string, "If there is none: Allow or Deny.").pointer(),
  },
  { mapType: "atomic" },
);
export interface ParamRef extends TypeOf<typeof paramRef> {}

export const ruleWithOperations = type("RuleWithOperations", "Operations on resources.", {
  operations: field(1, atomicListOf(string), "CREATE, UPDATE, DELETE, CONNECT or * for all."),
  apiGroups: field(1, atomicListOf(string), "Groups of the resources; * means all.").embeddedIn(2),
  apiVersions: field(2, atomicListOf(string), "Versions of the resources; * means all.").embeddedIn(
    2,
  ),
  resources: field(
    3,
    atomicListOf(string),
    "The resources; * means all, pods/* all parts of pods.",
  ).embeddedIn(2),
  scope: field(4, string, "Cluster, Namespaced or * (the default).").pointer().embeddedIn(2),
});
export interface RuleWithOperations extends TypeOf<typeof ruleWithOperations> {}

export const serviceReference = type("ServiceReference", "A Service that answers a webhook.", {
  namespace: field(1, string, "Namespace of the Service.").required(),
  name: field(2, string, "Name of the Service.").required(),
  path: field(3, string, "URL path to call.").pointer(),
  port: field(4, int32, "Port of the Service; 443 by default.").pointer(),
});
export interface ServiceReference extends TypeOf<typeof serviceReference> {}

export const variable = type(
  "Variable",
  "An expression with a name.",
  {
    name: field(1, string, "Name by which others use it.").required(),
    expression: field(2, string, "The CEL expression.").required(),
  },
  { mapType: "atomic" },
);
export interface Variable extends TypeOf<typeof variable> {}

export const webhookClientConfig = type("WebhookClientConfig", "How to reach a webhook.", {
  service: field(1, serviceReference, "A Service in the cluster.").pointer(),
  caBundle: field(2, bytes, "Certificates to verify the webhook's with, in PEM."),
  url: field(3, string, "Address outside of the cluster.").pointer(),
});
export interface WebhookClientConfig extends TypeOf<typeof webhookClientConfig> {}
