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

export const mutatingWebhook = type("MutatingWebhook", "A webhook that may change objects.", {
  name: field(1, string, "Name of the webhook, a domain name.").required(),
  clientConfig: field(2, webhookClientConfig, "How to reach it.").required(),
  rules: field(3, atomicListOf(ruleWithOperations), "Requests to send it."),
  failurePolicy: field(
    4,
    string,
    "If it cannot be reached: Fail (the default) or Ignore.",
  ).pointer(),
  namespaceSelector: field(5, labelSelector, "Labels of the namespaces of the requests.").pointer(),
  sideEffects: field(6, string, "None, or NoneOnDryRun.").pointer().required(),
  timeoutSeconds: field(7, int32, "Seconds that it may take; 10 by default.").pointer(),
  admissionReviewVersions: field(
    8,
    atomicListOf(string),
    "Versions of AdmissionReview it understands, preferred first.",
  ).required(),
  matchPolicy: field(
    9,
    string,
    "Exact, or Equivalent (the default): other versions of a resource match too.",
  ).pointer(),
  reinvocationPolicy: field(
    10,
    string,
    "Never, or IfNeeded: again when others have changed the object.",
  ).pointer(),
  objectSelector: field(11, labelSelector, "Labels of the objects of the requests.").pointer(),
  matchConditions: field(
    12,
    keyedListOf(matchCondition, "name"),
    "Further conditions for a request.",
  ).patchMerged("name"),
});
export interface MutatingWebhook extends TypeOf<typeof mutatingWebhook> {}

export const mutatingWebhookConfiguration = kind(
  "MutatingWebhookConfiguration",
  "Webhooks that may change objects on their way in.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    webhooks: field(2, keyedListOf(mutatingWebhook, "name"), "The webhooks.").patchMerged("name"),
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
