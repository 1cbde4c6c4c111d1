/** Where a ScrapeConfig finds its targets. */

import {
  boolean,
  field,
  int32,
  keyedListOf,
  limited,
  listOf,
  mapOf,
  oneOf,
  setOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import {
  basicAuth,
  oauth2,
  proxyFields,
  safeAuthorization,
  safeTlsConfig,
} from "../v1/http-client.ts";
import { duration, httpUrl, nonEmpty } from "../v1/text.ts";
import { type } from "./package.ts";

const refreshInterval = field(duration, "Time between looks.");

/** Credentials and connections of whatever is asked for targets. */
const clientFields = {
  basicAuth: field(basicAuth, "User name and password."),
  authorization: field(safeAuthorization, "Credentials of the Authorization header."),
  oauth2: field(oauth2, "Token of an OAuth 2 server."),
  ...proxyFields,
  tlsConfig: field(safeTlsConfig, "TLS towards the server."),
  followRedirects: field(boolean, "Go where the server redirects to."),
  enableHTTP2: field(boolean, "Whether HTTP/2 may be spoken."),
};

export const staticConfig = type("StaticConfig", "Targets that are listed.", {
  targets: field(limited(setOf(nonEmpty), { minItems: 1 }), "Hosts and ports.").required(),
  labels: field(mapOf(string, "atomic"), "Labels of all of them."),
});
export interface StaticConfig extends TypeOf<typeof staticConfig> {}

export const fileSdConfig = type("FileSDConfig", "Targets from files.", {
  files: field(
    limited(
      setOf(limited(string, { pattern: "^[^*]*(\\*[^/]*)?\\.(json|yml|yaml|JSON|YML|YAML)$" })),
      { minItems: 1 },
    ),
    "The files; the last part of a path may have an asterisk.",
  ).required(),
  refreshInterval,
});
export interface FileSdConfig extends TypeOf<typeof fileSdConfig> {}

export const httpSdConfig = type("HTTPSDConfig", "Targets from a URL.", {
  url: field(httpUrl, "Where the targets are.").required(),
  refreshInterval,
  ...clientFields,
});
export interface HttpSdConfig extends TypeOf<typeof httpSdConfig> {}

const kubernetesRole = oneOf("Pod", "Endpoints", "Ingress", "Service", "Node", "EndpointSlice");

export const namespaceDiscovery = type("NamespaceDiscovery", "Namespaces to look in.", {
  ownNamespace: field(boolean, "Also the one that Prometheus runs in."),
  names: field(setOf(string), "The namespaces; all when there are none."),
});

export const k8sSelectorConfig = type("K8SSelectorConfig", "Which objects are asked for.", {
  role: field(kubernetesRole, "Kind of the objects.").required(),
  label: field(nonEmpty, "Selector of labels."),
  field: field(nonEmpty, "Selector of fields."),
});

export const kubernetesSdConfig = type("KubernetesSDConfig", "Targets from a cluster's objects.", {
  apiServer: field(nonEmpty, "URL of the cluster; unset means the one that this is in."),
  role: field(kubernetesRole, "Kind of object that becomes targets.").required(),
  namespaces: field(namespaceDiscovery, "Namespaces to look in."),
  attachMetadata: field(
    type("AttachMetadata", "What targets are told beside their own.", {
      node: field(boolean, "Labels and annotations of the pod's node."),
    }),
    "What targets are told beside their own.",
  ),
  selectors: field(keyedListOf(k8sSelectorConfig, "role"), "Which objects are asked for."),
  ...clientFields,
});
export interface KubernetesSdConfig extends TypeOf<typeof kubernetesSdConfig> {}

export const dnsSdConfig = type("DNSSDConfig", "Targets from DNS.", {
  names: field(limited(listOf(nonEmpty), { minItems: 1 }), "Names that are looked up.").required(),
  refreshInterval,
  type: field(oneOf("A", "AAAA", "MX", "NS", "SRV"), "Type of the records; SRV by default."),
  port: field(
    limited(int32, { minimum: 0, maximum: 65_535 }),
    "Port of the targets, for records that tell none.",
  ),
});
export interface DnsSdConfig extends TypeOf<typeof dnsSdConfig> {}
