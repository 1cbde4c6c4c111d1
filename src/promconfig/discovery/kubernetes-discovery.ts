import { quoteGo } from "#base";
import { fillHttpClient, checkHttpClient, httpClientType } from "../http-client-config.ts";
import { list } from "../schema/collection.ts";
import {
  field,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "../schema/decode-struct.ts";
import { path, url } from "../schema/option-types.ts";
import { bool, choice, text } from "../schema/scalar.ts";

const roles = ["node", "pod", "service", "endpoints", "endpointslice", "ingress"] as const;
export type KubernetesRole = (typeof roles)[number];

const role = choice(roles, (word) => `unknown Kubernetes SD role ${quoteGo(word)}`);

const namespacesType = struct("kubernetes.plain", {
  own: shownField("own_namespace", bool),
  names: shownField("names", list(text)),
});

const selectorType = struct("kubernetes.SelectorConfig", {
  role: field("role", role),
  label: field("label", text),
  field: field("field", text),
});

const attachMetadataType = struct("kubernetes.AttachMetadataConfig", {
  node: shownField("node", bool),
  namespace: shownField("namespace", bool),
  deployment: shownField("deployment", bool),
  job: shownField("job", bool),
  cronJob: shownField("cronjob", bool),
});

const kubernetesParts = {
  apiServer: field("api_server", url),
  role: shownField("role", role),
  kubeconfigFile: shownField("kubeconfig_file", path),
  http: httpClientType.inline,
  namespaces: field("namespaces", namespacesType),
  selectors: field("selectors", list(selectorType)),
  attachMetadata: field("attach_metadata", attachMetadataType),
} as const;

export type KubernetesDiscovery = ValueOf<typeof kubernetesParts>;
export const kubernetesType: StructType<KubernetesDiscovery> = struct(
  "kubernetes.plain",
  kubernetesParts,
  {
    check: (config) =>
      config.role === ""
        ? "role missing (one of: pod, service, endpoints, endpointslice, node, ingress)"
        : (checkHttpClient(config.http) ?? serverProblem(config) ?? selectorsProblem(config)),
    fill: (config) => ({ ...config, http: fillHttpClient(config.http) }),
  },
);

function serverProblem(config: KubernetesDiscovery): string | undefined {
  const { apiServer, kubeconfigFile, http, namespaces } = config;
  const isCustom = !isDefaultHttp(http);
  if (apiServer !== "" && kubeconfigFile !== "") {
    return "cannot use 'kubeconfig_file' and 'api_server' simultaneously";
  }
  if (kubeconfigFile !== "" && isCustom) {
    return "cannot use a custom HTTP client configuration together with 'kubeconfig_file'";
  }
  if (apiServer === "" && isCustom) {
    return "to use custom HTTP client configuration please provide the 'api_server' URL explicitly";
  }
  if (apiServer !== "" && namespaces.own) {
    return "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously";
  }
  if (kubeconfigFile !== "" && namespaces.own) {
    return "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously";
  }
  return undefined;
}

function isDefaultHttp(http: KubernetesDiscovery["http"]): boolean {
  const written = (value: KubernetesDiscovery["http"]) =>
    JSON.stringify(httpClientType.encode(value));
  return written(http) === written(httpClientType.initial);
}

/** Which objects' selectors make sense for a role: those that it watches. */
const selectorRoles: Readonly<Record<KubernetesRole, readonly KubernetesRole[]>> = {
  pod: ["pod", "node"],
  service: ["service"],
  endpointslice: ["pod", "service", "endpointslice"],
  endpoints: ["pod", "service", "endpoints"],
  node: ["node"],
  ingress: ["ingress"],
};

function selectorsProblem(config: KubernetesDiscovery): string | undefined {
  const { role: watched, selectors } = config;
  const allowed: readonly string[] = watched === "" ? [] : selectorRoles[watched];
  const seen = new Set<string>();
  for (const selector of selectors) {
    if (seen.has(selector.role)) return `duplicated selector role: ${selector.role}`;
    seen.add(selector.role);
    if (!allowed.includes(selector.role)) {
      return `${watched} role supports only ${allowed.join(", ")} selectors`;
    }
    const term = selector.field.split(",").find((one) => one !== "" && !one.includes("="));
    if (term !== undefined) {
      return `invalid selector: '${selector.field}'; can't understand '${term}'`;
    }
  }
  return undefined;
}
