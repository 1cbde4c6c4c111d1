import type { NodeConnector, ProxyTarget } from "#apiserver";
import type { Live } from "#api";
import { node, type Node } from "#api/core/v1";
import type { ClientTls, HttpTransport } from "#base";
import type { Client } from "#client";
import { openHttpTransport } from "#host";

const agentPortDefault = 10_250;

/**
 * Connects the API server to the agents, whose addresses are in their Node objects. `tls` is asked at
 * each connection.
 */
export function nodeConnector(
  client: () => Client,
  tls: () => ClientTls,
  hostAddress: string,
): NodeConnector {
  return {
    async connectNode(nodeName, signal) {
      const found = await client().of(node).get({ namespace: "", name: nodeName }, signal);
      const server = findAgentAddress(found);
      if (server === undefined) throw new Error(`node ${nodeName} has no address yet`);
      if (server.port === 0) {
        throw new Error(`node ${nodeName} is simulated: nothing runs in its pods`);
      }
      return openHttpTransport({
        server,
        tls,
        bearerToken: undefined,
        protocol: "http1",
      });
    },
    connectAddress: ({ scheme, host, port }: ProxyTarget): Promise<HttpTransport> =>
      openHttpTransport({
        // From the address whose packets know the way to the pods.
        server: { host, port, localAddress: hostAddress },
        tls: scheme === "https" ? () => unverified : "plain",
        bearerToken: undefined,
        protocol: "http1",
      }),
  };
}

export interface AgentAddress {
  readonly host: string;
  /** 0: the node is simulated and answers nothing. */
  readonly port: number;
}

/** Where a node's agent answers; undefined while it has not told. */
export function findAgentAddress({ status }: Live<Node>): AgentAddress | undefined {
  const host = status.addresses?.find(({ type }) => type === "InternalIP")?.address;
  const port = status.daemonEndpoints?.kubeletEndpoint?.Port ?? agentPortDefault;
  return host === undefined ? undefined : { host, port };
}

/** Pods show certificates of their own making; upstream's proxy does not verify them either. */
const unverified = {
  authorities: undefined,
  verification: "none",
  serverName: undefined,
  identity: undefined,
} as const;
