/**
 * Who is who in a cluster: the certificate of each part, and the kubeconfig of its owner. All are
 * signed by the cluster's own authority and kept in `pki/`. Whoever opens them renews what is due, and
 * goes on doing so while it runs.
 */
import type { Clock, Disk } from "#base";
import { type ClusterConfig, formatKubeconfig, within } from "#cli";
import { type ClusterPki, type LeafWanted, openClusterPki, type Validity } from "#host";
import type { LocalNetwork } from "./local-network.ts";

const dayMs = 24 * 3_600_000;

/** Of the parts' certificates, which are renewed while the parts run. */
const leafLifetimeMs = 7 * dayMs;

/** Of the owner's: contexts in kubeconfigs elsewhere are copies, which only `wherry up` renews. */
const ownerLifetimeMs = 365 * dayMs;

/** As whom the API server speaks to agents. */
export const agentsClientName = "kube-apiserver-kubelet-client";

/** As whom the monitoring engine speaks to the API server and to agents. */
export const monitorName = "system:wherry-monitor";

export interface CredentialDeps {
  readonly disk: Disk;
  readonly clock: Clock;
}

/** A certificate with its key, and whom to trust; all PEM. */
export interface Identity {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  readonly validity: Validity;
}

export type LeafName =
  | { readonly kind: "server" | "admin" | "agents-client" | "monitor" | "simulated-nodes" }
  | { readonly kind: "node" | "node-server"; readonly node: string };

/** Opens a cluster's certificates, made on first use. */
export function openPki(deps: CredentialDeps, directory: string): Promise<ClusterPki> {
  return openClusterPki(deps, within.pki(directory));
}

/** The certificate of one part, renewed when it is due. */
export async function identityOf(
  pki: ClusterPki,
  config: ClusterConfig,
  network: LocalNetwork,
  leaf: LeafName,
): Promise<Identity> {
  const wanted = wantedLeaf(config, network, leaf);
  const file = "node" in leaf ? `${leaf.kind}-${leaf.node}` : leaf.kind;
  const lifetimeMs = leaf.kind === "admin" ? ownerLifetimeMs : leafLifetimeMs;
  const pair = await pki.ensureLeaf(file, wanted, lifetimeMs);
  return { authority: pki.authority.certificate, ...pair };
}

/** What each part's certificate says; subjects are upstream's, and mean what they mean there. */
export function wantedLeaf(
  config: ClusterConfig,
  network: LocalNetwork,
  leaf: LeafName,
): LeafWanted {
  switch (leaf.kind) {
    case "server":
      return {
        subject: { commonName: "kube-apiserver", organizations: [] },
        usages: ["server"],
        dnsNames: serverNames(config.domain),
        ipAddresses: [...new Set(["127.0.0.1", network.hostAddress, network.apiServiceAddress])],
      };
    case "admin":
      return client("kubernetes-admin", "system:masters");
    case "agents-client":
      return client(agentsClientName, "system:masters");
    case "monitor":
      return client(monitorName, "system:monitoring");
    case "simulated-nodes":
      // One process acts as all of them.
      return client("wherry:simulated-nodes", "system:masters");
    case "node":
      return client(`system:node:${leaf.node}`, "system:nodes");
    case "node-server":
      return {
        subject: { commonName: `system:node:${leaf.node}`, organizations: ["system:nodes"] },
        usages: ["server"],
        dnsNames: [leaf.node],
        ipAddresses: [network.nodes.find(({ name }) => name === leaf.node)?.address ?? "127.0.0.1"],
      };
  }
}

function client(commonName: string, organization: string): LeafWanted {
  return {
    subject: { commonName, organizations: [organization] },
    usages: ["client"],
    dnsNames: [],
    ipAddresses: [],
  };
}

function serverNames(domain: string): readonly string[] {
  const service = "kubernetes.default.svc";
  return ["localhost", "kubernetes", "kubernetes.default", service, `${service}.${domain}`];
}

/** Writes the kubeconfig of the cluster's owner into the data directory. */
export async function writeOwnerKubeconfig(
  disk: Disk,
  directory: string,
  config: ClusterConfig,
  owner: Identity,
): Promise<void> {
  const { authority, certificate, key } = owner;
  const access = { server: `https://127.0.0.1:${config.port}`, authority, certificate, key };
  const text = formatKubeconfig(`wherry-${config.name}`, access);
  await disk.replaceFile(within.kubeconfig(directory), text);
}
