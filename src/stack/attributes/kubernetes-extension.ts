/** `x-kubernetes` on a service: what Compose has no words for. */
import { extensionsOf, type Path, type PlainValue, type Service } from "#compose";
import type { Report } from "../report.ts";

export interface KubernetesExtension {
  readonly pullPolicy: string | undefined;
  /** The name of a Secret with credentials of a registry. */
  readonly pullSecret: string | undefined;
  /** Whether other services find it under one address or under those of its pods. */
  readonly internalServiceType: "Auto" | "ClusterIP" | "Headless" | undefined;
  readonly serviceAccount: string | undefined;
  /** Whether a failing health check restarts the container, as it never does under Compose. */
  readonly liveness: boolean;
}

const attributes: Readonly<Record<string, RegExp>> = {
  pull_policy: /^(?:Always|IfNotPresent|Never)$/,
  pull_secret: /^[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?$/,
  internal_service_type: /^(?:Auto|ClusterIP|Headless)$/,
  service_account: /^[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?$/,
  liveness: /^(?:true|false)$/,
};

export function readExtension(
  service: Service,
  servicePath: Path,
  report: Report,
): KubernetesExtension {
  const path = [...servicePath, "x-kubernetes"];
  const values = new Map<string, string>();
  for (const [key, value] of entriesOf(extensionsOf(service)["x-kubernetes"])) {
    const pattern = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    const content = typeof value === "string" ? value : JSON.stringify(value);
    if (pattern === undefined) report.reject([...path, key], `x-kubernetes has no ${key}`);
    else if (pattern.test(content)) values.set(key, content);
    else report.reject([...path, key], `x-kubernetes.${key} cannot be ${JSON.stringify(value)}`);
  }
  return {
    pullPolicy: values.get("pull_policy"),
    pullSecret: values.get("pull_secret"),
    internalServiceType: serviceTypeOf(values.get("internal_service_type")),
    serviceAccount: values.get("service_account"),
    liveness: values.get("liveness") === "true",
  };
}

function serviceTypeOf(value: string | undefined): KubernetesExtension["internalServiceType"] {
  return value === "Auto" || value === "ClusterIP" || value === "Headless" ? value : undefined;
}

function entriesOf(value: PlainValue | undefined): readonly (readonly [string, PlainValue])[] {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMap ? Object.entries(value) : [];
}
