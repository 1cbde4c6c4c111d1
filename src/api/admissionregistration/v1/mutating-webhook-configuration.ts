import {
  atomicListOf,
  field,
  int32,
  keyedListOf,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { matchCondition, ruleWithOperations, webhookClientConfig } from "./parts.ts";
import { kind, type } from "./package.ts";

export const mutatingWebhook = type("MutatingWebhook", "", {
  name: field(1, string, "").required(),
  clientConfig: field(2, webhookClientConfig, "").required(),
  rules: field(3, atomicListOf(ruleWithOperations), ""),
  failurePolicy: field(4, string, "").pointer(),
  namespaceSelector: field(5, labelSelector, "").pointer(),
  sideEffects: field(6, string, "").pointer().required(),
  timeoutSeconds: field(7, int32, "").pointer(),
  admissionReviewVersions: field(8, atomicListOf(string), "").required(),
  matchPolicy: field(9, string, "").pointer(),
  reinvocationPolicy: field(10, string, "").pointer(),
  objectSelector: field(11, labelSelector, "").pointer(),
  matchConditions: field(12, keyedListOf(matchCondition, "name"), "").patchMerged("name"),
});
export interface MutatingWebhook extends TypeOf<typeof mutatingWebhook> {}

export const mutatingWebhookConfiguration = kind(
  "MutatingWebhookConfiguration",
  "",
  {
    metadata: field(1, objectMeta, ""),
    webhooks: field(2, keyedListOf(mutatingWebhook, "name"), "").patchMerged("name"),
  },
  {
    name: "mutatingwebhookconfigurations",
    singular: "mutatingwebhookconfiguration",
    namespaced: false,
    verbs: standardVerbs,
    categories: ["api-extensions"],
  },
);
export interface MutatingWebhookConfiguration extends TypeOf<typeof mutatingWebhookConfiguration> {}
