/** The objects that every cluster has from the start, and that name its own addresses. */
import { hasReason, type KindSchema, type Fields, type TypeOf } from "#api";
import { configMap, namespace, service } from "#api/core/v1";
import { endpointSlice } from "#api/discovery/v1";
import { storageClass } from "#api/storage/v1";
import { serviceCIDR } from "#api/networking/v1";
import { priorityClass } from "#api/scheduling/v1";
import type { Client } from "#client";
import { localPathProvisioner } from "#controllers";
import type { ClusterConfig } from "#cli";
import type { LocalNetwork } from "./local-network.ts";

const namespaceNames = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** Above all that users may ask for: upstream's two classes for the system's own pods. */
const systemPriorities = [
  [
    "system-cluster-critical",
    2_000_000_000,
    "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
  ],
  [
    "system-node-critical",
    2_000_001_000,
    "Used for system critical pods that must not be moved from their current node.",
  ],
] as const;

/** Creates what is missing; what is there stays as it is, but for the server's own address. */
export async function ensureBootstrapObjects(
  client: Client,
  config: ClusterConfig,
  network: LocalNetwork,
  signal: AbortSignal,
): Promise<void> {
  const { hostAddress, apiServiceAddress } = network;
  for (const name of namespaceNames) {
    await ensure(client, namespace, { metadata: { name } }, signal);
  }
  await ensure(client, storageClass, localPathClass, signal);
  for (const [name, value, description] of systemPriorities) {
    const global = { metadata: { name }, value, description, globalDefault: false };
    await ensure(client, priorityClass, global, signal);
  }
  const cidr = { metadata: { name: "kubernetes" }, spec: { cidrs: [config.serviceNetwork] } };
  await ensure(client, serviceCIDR, cidr, signal);
  const labels = { component: "apiserver", provider: "kubernetes" };
  const apiService = {
    metadata: { name: "kubernetes", namespace: "default", labels },
    spec: {
      clusterIP: apiServiceAddress,
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: config.port }],
    },
  };
  await ensure(client, service, apiService, signal);
  // Simulated nodes have no network to reach a server by.
  if (hostAddress === "127.0.0.1") return;
  const slice = {
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "kubernetes.io/service-name": "kubernetes" },
    },
    addressType: "IPv4",
    ports: [{ name: "https", port: config.port, protocol: "TCP" }],
    endpoints: [{ addresses: [hostAddress], conditions: { ready: true } }],
  };
  const options = { fieldManager: "wherry", force: true };
  await client.of(endpointSlice).apply(slice, options, signal);
}

/** Tells extensions of the API server whose client certificates count; `authority` is PEM. */
export async function ensureClientAuthority(
  client: Client,
  authority: string,
  signal: AbortSignal,
): Promise<void> {
  const metadata = { name: "extension-apiserver-authentication", namespace: "kube-system" };
  const options = { fieldManager: "wherry", force: true };
  const object = { metadata, data: { "client-ca-file": authority } };
  await client.of(configMap).apply(object, options, signal);
}

/** The default class: directories on the node of the first pod. */
const localPathClass = {
  metadata: {
    name: "local-path",
    annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
  },
  provisioner: localPathProvisioner,
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
};

async function ensure<F extends Fields>(
  client: Client,
  kind: KindSchema<F>,
  object: TypeOf<KindSchema<F>>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.of(kind).create(object, {}, signal);
  } catch (error) {
    // There since the cluster's first start, and perhaps changed by its owner since.
    if (!hasReason(error, "AlreadyExists")) throw error;
  }
}
