import { compareText } from "#base";
import {
  type ComponentStatus,
  componentStatus,
  configMap,
  namespace,
  type ResourceQuota,
  resourceQuota,
  secret,
  serviceAccount,
} from "#api/core/v1";
import { ageColumn, column, nameColumn, printerOf } from "./column.ts";

export const namespacePrinter = printerOf(namespace, [
  nameColumn,
  column(
    "Status",
    "Whether the namespace is in use or going away.",
    ({ status }) => status?.phase ?? "",
  ),
  ageColumn,
]);

export const configMapPrinter = printerOf(configMap, [
  nameColumn,
  column("Data", "Number of entries.", ({ data, binaryData }) => sizeOf(data) + sizeOf(binaryData)),
  ageColumn,
]);

export const secretPrinter = printerOf(secret, [
  nameColumn,
  column("Type", "What the secret is for.", ({ type }) => type ?? ""),
  column("Data", "Number of entries.", ({ data }) => sizeOf(data)),
  ageColumn,
]);

export const serviceAccountPrinter = printerOf(serviceAccount, [nameColumn, ageColumn]);

export const componentStatusPrinter = printerOf(componentStatus, [
  nameColumn,
  column("Status", "Whether the component is healthy.", (object) => {
    const healthy = healthOf(object);
    if (healthy === undefined) return "Unknown";
    return healthy.status === "True" ? "Healthy" : "Unhealthy";
  }),
  column("Message", "What the component says.", (object) => healthOf(object)?.message ?? ""),
  column("Error", "What is wrong with the component.", (object) => healthOf(object)?.error ?? ""),
]);

export const resourceQuotaPrinter = printerOf(resourceQuota, [
  nameColumn,
  column("Request", "What is used of each amount that may be requested.", (object) =>
    usageText(object, (resource) => !isLimit(resource)),
  ),
  column("Limit", "What is used of each limit.", (object) => usageText(object, isLimit)),
  ageColumn,
]);

function healthOf({ conditions }: ComponentStatus) {
  return conditions?.find(({ type }) => type === "Healthy");
}

function isLimit(resource: string): boolean {
  return resource.startsWith("limits.");
}

function usageText({ status }: ResourceQuota, isShown: (resource: string) => boolean): string {
  const hard = Object.entries(status?.hard ?? {}).sort(([a], [b]) => compareText(a, b));
  const texts = hard
    .filter(([resource]) => isShown(resource))
    .map(([resource, amount]) => `${resource}: ${status?.used?.[resource] ?? "0"}/${amount}`);
  return texts.join(", ");
}

function sizeOf(entries: Readonly<Record<string, string>> | undefined): number {
  return Object.keys(entries ?? {}).length;
}
