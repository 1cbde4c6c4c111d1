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

export const validatingWebhook = type("ValidatingWebhook", "", {
  name: field(1, string, "").required(),
  clientConfig: field(2, webhookClientConfig, "").required(),
  rules: field(3, atomicListOf(ruleWithOperations), ""),
  failurePolicy: field(4, string, "").pointer(),
  namespaceSelector: field(5, labelSelector, "").pointer(),
  sideEffects: field(6, string, "").pointer().required(),
  timeoutSeconds: field(7, int32, "").pointer(),
  admissionReviewVersions: field(8, atomicListOf(string), "").required(),
  matchPolicy: field(9, string, "").pointer(),
  objectSelector: field(10, labelSelector, "").pointer(),
  matchConditions: field(11, keyedListOf(matchCondition, "name"), "").patchMerged("name"),
});
export interface ValidatingWebhook extends TypeOf<typeof validatingWebhook> {}

export const validatingWebhookConfiguration = kind(
  "ValidatingWebhookConfiguration",
  "",
  {
    metadata: field(1, objectMeta, ""),
    webhooks: field(2, keyedListOf(validatingWebhook, "name"), "").patchMerged("name"),
  },
  {
    name: "validatingwebhookconfigurations",
    singular: "validatingwebhookconfiguration",
    namespaced: false,
    verbs: standardVerbs,
    categories: ["api-extensions"],
  },
);
export interface ValidatingWebhookConfiguration
  extends TypeOf<typeof validatingWebhookConfiguration> {}
