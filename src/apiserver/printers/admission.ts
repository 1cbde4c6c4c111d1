import { compareText } from "#base";
import {
  mutatingAdmissionPolicy,
  mutatingAdmissionPolicyBinding,
  mutatingWebhookConfiguration,
  type ParamKind,
  type ParamRef,
  validatingAdmissionPolicy,
  validatingAdmissionPolicyBinding,
  validatingWebhookConfiguration,
} from "#api/admissionregistration/v1";
import type { LabelSelector } from "#api/meta/v1";
import { ageColumn, type Column, column, integerColumn, nameColumn, printerOf } from "./column.ts";

const webhooksColumn: Column<{ readonly webhooks?: readonly unknown[] | undefined }> =
  integerColumn("Webhooks", "Number of webhooks.", ({ webhooks }) => webhooks?.length ?? 0);
const paramKindColumn: Column<{
  readonly spec?: { readonly paramKind?: ParamKind | undefined } | undefined;
}> = column("ParamKind", "Kind of the objects that parameterize the policy.", ({ spec }) => {
  const kind = spec?.paramKind;
  return kind === undefined ? "<unset>" : `${kind.apiVersion ?? ""}/${kind.kind ?? ""}`;
});
const bindingColumns: readonly Column<{
  readonly spec?:
    | {
        readonly policyName?: string | undefined;
        readonly paramRef?: ParamRef | undefined;
      }
    | undefined;
}>[] = [
  column("PolicyName", "Policy that is bound.", ({ spec }) => spec?.policyName ?? ""),
  column("ParamRef", "Objects that parameterize the policy here.", ({ spec }) =>
    paramText(spec?.paramRef),
  ),
];

export const mutatingWebhookPrinter = printerOf(mutatingWebhookConfiguration, [
  nameColumn,
  webhooksColumn,
  ageColumn,
]);

export const validatingWebhookPrinter = printerOf(validatingWebhookConfiguration, [
  nameColumn,
  webhooksColumn,
  ageColumn,
]);

export const validatingAdmissionPolicyPrinter = printerOf(validatingAdmissionPolicy, [
  nameColumn,
  integerColumn(
    "Validations",
    "Number of validations.",
    ({ spec }) => spec?.validations?.length ?? 0,
  ),
  paramKindColumn,
  ageColumn,
]);

export const validatingAdmissionPolicyBindingPrinter = printerOf(validatingAdmissionPolicyBinding, [
  nameColumn,
  ...bindingColumns,
  ageColumn,
]);

export const mutatingAdmissionPolicyPrinter = printerOf(mutatingAdmissionPolicy, [
  nameColumn,
  integerColumn("Mutations", "Number of mutations.", ({ spec }) => spec?.mutations?.length ?? 0),
  paramKindColumn,
  ageColumn,
]);

export const mutatingAdmissionPolicyBindingPrinter = printerOf(mutatingAdmissionPolicyBinding, [
  nameColumn,
  ...bindingColumns,
  ageColumn,
]);

function paramText(reference: ParamRef | undefined): string {
  const { name = "", namespace = "", selector } = reference ?? {};
  if (name !== "") return namespace === "" ? `*/${name}` : `${namespace}/${name}`;
  return selector === undefined ? "<unset>" : goSelectorText(selector);
}

/** Upstream shows the selector as Go prints the struct. */
function goSelectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  const labels = Object.entries(matchLabels ?? {}).sort(([a], [b]) => compareText(a, b));
  const labelText = labels.map(([key, value]) => `${key}: ${value},`).join("");
  const expressionText = (matchExpressions ?? [])
    .map(({ key, operator, values }) => {
      const fields = `Key:${key},Operator:${operator},Values:[${(values ?? []).join(" ")}],`;
      return `LabelSelectorRequirement{${fields}},`;
    })
    .join("");
  const fields = `MatchLabels:map[string]string{${labelText}}`;
  return `&LabelSelector{${fields},MatchExpressions:[]LabelSelectorRequirement{${expressionText}},}`;
}
