import { quoteGo } from "#base";
import { checkHttpClient, fillHttpClient, httpClientType } from "../http-client-config.ts";
import { list } from "../schema/collection.ts";
import {
  field,
  type Part,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "../schema/decode-struct.ts";
import { checkedPath, durationMs, urlProblem } from "../schema/option-types.ts";
import { bool, integer, text } from "../schema/scalar.ts";
import { type Decoding, refuse, type YamlType } from "../schema/yaml-type.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { YamlValue } from "../yaml/write.ts";
import { type KubernetesDiscovery, kubernetesType } from "./kubernetes-discovery.ts";
import { type TargetGroupConfig, targetGroupType } from "./target-group.ts";

const filePattern = checkedPath((name) =>
  /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/.test(name)
    ? undefined
    : `path name ${quoteGo(name)} is not valid for file discovery`,
);

const fileParts = {
  files: shownField("files", list(filePattern)),
  refreshIntervalMs: field("refresh_interval", durationMs, 300_000),
} as const;
export type FileDiscovery = ValueOf<typeof fileParts>;
const fileType: StructType<FileDiscovery> = struct("file.plain", fileParts, {
  check: ({ files }) =>
    files.length === 0
      ? "file service discovery config must contain at least one path name"
      : undefined,
});

const httpParts = {
  http: httpClientType.inline,
  refreshIntervalMs: field("refresh_interval", durationMs, 60_000),
  url: shownField("url", text),
} as const;
export type HttpDiscovery = ValueOf<typeof httpParts>;
const httpType: StructType<HttpDiscovery> = struct("http.plain", httpParts, {
  check: (config) => httpUrlProblem(config.url) ?? checkHttpClient(config.http),
  fill: (config) => ({ ...config, http: fillHttpClient(config.http) }),
});

function httpUrlProblem(value: string): string | undefined {
  if (value === "") return "URL is missing";
  const problem = urlProblem(value);
  if (problem !== undefined) return problem;
  const found = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?/.exec(value);
  if (!/^https?$/i.test(found?.[1] ?? "")) return "URL scheme must be 'http' or 'https'";
  return (found?.[2] ?? "") === "" ? "host is missing in URL" : undefined;
}

const dnsParts = {
  names: shownField("names", list(text)),
  refreshIntervalMs: field("refresh_interval", durationMs, 30_000),
  type: shownField("type", text, "SRV"),
  /** Of no use for SRV records, which bring their own. */
  port: shownField("port", integer),
} as const;
export type DnsDiscovery = ValueOf<typeof dnsParts>;
const dnsType: StructType<DnsDiscovery> = struct("dns.plain", dnsParts, {
  check: ({ names, type, port }) => {
    if (names.length === 0) return "DNS-SD config must contain at least one SRV record name";
    if (/^SRV$/i.test(type)) return undefined;
    if (!/^(?:A|AAAA|MX|NS)$/i.test(type)) return `invalid DNS-SD records type ${type}`;
    return port === 0
      ? "a port is required in DNS-SD configs for all record types except SRV"
      : undefined;
  },
});

const dockerFilterType = struct("moby.Filter", {
  name: shownField("name", text),
  values: shownField("values", list(text)),
});

const dockerParts = {
  http: httpClientType.inline,
  host: shownField("host", text),
  port: shownField("port", integer, 80),
  filters: shownField("filters", list(dockerFilterType)),
  hostNetworkingHost: shownField("host_networking_host", text, "localhost"),
  refreshIntervalMs: shownField("refresh_interval", durationMs, 60_000),
  matchFirstNetwork: shownField("match_first_network", bool, true),
} as const;
export type DockerDiscovery = ValueOf<typeof dockerParts>;
const dockerType: StructType<DockerDiscovery> = struct("moby.plain", dockerParts, {
  check: (config) => {
    if (config.host === "") return "host missing";
    return urlProblem(config.host) ?? checkHttpClient(config.http);
  },
  fill: (config) => ({ ...config, http: fillHttpClient(config.http) }),
});

/** Where targets come from: one section of a scrape configuration. */
export type DiscoveryConfig =
  | { readonly kind: "static"; readonly groups: readonly TargetGroupConfig[] }
  | { readonly kind: "dns"; readonly options: DnsDiscovery }
  | { readonly kind: "docker"; readonly options: DockerDiscovery }
  | { readonly kind: "file"; readonly options: FileDiscovery }
  | { readonly kind: "http"; readonly options: HttpDiscovery }
  | { readonly kind: "kubernetes"; readonly options: KubernetesDiscovery };

/** What is found elsewhere and not here. Each is refused by its name, with the way out. */
const refusedKinds = [
  "aws",
  "azure",
  "consul",
  "digitalocean",
  "dockerswarm",
  "ec2",
  "eureka",
  "gce",
  "hetzner",
  "ionos",
  "kuma",
  "lightsail",
  "linode",
  "marathon",
  "nerve",
  "nomad",
  "oci",
  "openstack",
  "outscale",
  "ovhcloud",
  "puppetdb",
  "scaleway",
  "serverset",
  "stackit",
  "triton",
  "uyuni",
  "vultr",
] as const;

const staticKey = "static_configs";

/** All keys of discovery, as a part of the structs that find targets. In the order of upstream. */
export const discoveryPart: Part<readonly DiscoveryConfig[]> = {
  keys: [
    ...refusedKinds.map(keyOf),
    ...["dns", "docker", "file", "http", "kubernetes"].map(keyOf),
    staticKey,
  ],
  zero: [],
  initial: [],
  decode: (nodes, decoding) => {
    for (const kind of refusedKinds) {
      const node = nodes.get(keyOf(kind));
      if (node !== undefined) refuse(describeRefusal(kind), node.position, decoding);
    }
    const sections = { nodes, decoding };
    const groups = decodeSection(sections, staticKey, targetGroupType);
    return {
      value: [
        ...decodeSection(sections, keyOf("dns"), dnsType).map(tagged("dns")),
        ...decodeSection(sections, keyOf("docker"), dockerType).map(tagged("docker")),
        ...decodeSection(sections, keyOf("file"), fileType).map(tagged("file")),
        ...decodeSection(sections, keyOf("http"), httpType).map(tagged("http")),
        ...decodeSection(sections, keyOf("kubernetes"), kubernetesType).map(tagged("kubernetes")),
        ...(groups.length > 0 ? [{ kind: "static", groups } as const] : []),
      ],
    };
  },
  isEmpty: (value) => value.length === 0,
  encode: encodeDiscoveries,
};

function keyOf(kind: string): string {
  return `${kind}_sd_configs`;
}

function tagged<const K extends string>(kind: K) {
  return <T>(options: T) => ({ kind, options });
}

function describeRefusal(kind: string): string {
  return `${keyOf(kind)} is not supported; let a program serve these targets to http_sd_configs or write them for file_sd_configs`;
}

interface Sections {
  readonly nodes: ReadonlyMap<string, YamlNode>;
  readonly decoding: Decoding;
}

function decodeSection<T>(
  { nodes, decoding }: Sections,
  key: string,
  item: YamlType<T>,
): readonly T[] {
  const node = nodes.get(key);
  if (node === undefined) return [];
  const sectionType = list(item, { nullItem: `empty or null section in ${key}` });
  return decoding.decode(sectionType, node)?.value ?? [];
}

function encodeDiscoveries(
  discoveries: readonly DiscoveryConfig[],
): readonly (readonly [string, YamlValue])[] {
  const sections = new Map<string, YamlValue[]>();
  for (const discovery of discoveries) {
    const key = discovery.kind === "static" ? staticKey : keyOf(discovery.kind);
    sections.set(key, [...(sections.get(key) ?? []), ...encodeDiscovery(discovery)]);
  }
  return [...sections].map(([key, items]) => [key, { kind: "list", items, flow: false }]);
}

function encodeDiscovery(discovery: DiscoveryConfig): readonly YamlValue[] {
  switch (discovery.kind) {
    case "static":
      return discovery.groups.map((group) => targetGroupType.encode(group));
    case "dns":
      return [dnsType.encode(discovery.options)];
    case "docker":
      return [dockerType.encode(discovery.options)];
    case "file":
      return [fileType.encode(discovery.options)];
    case "http":
      return [httpType.encode(discovery.options)];
    case "kubernetes":
      return [kubernetesType.encode(discovery.options)];
  }
}
