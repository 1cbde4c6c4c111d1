import type { HttpTransport } from "#base";

/** Reaches the agents of nodes, and through them the addresses of pods. */
export interface NodeConnector {
  /** The HTTPS endpoint of a node's agent. Throws when the node is unknown or has no address. */
  connectNode(nodeName: string, signal: AbortSignal): Promise<HttpTransport>;
  /** A server inside the cluster's networks, as seen from the control plane. */
  connectAddress(target: ProxyTarget, signal: AbortSignal): Promise<HttpTransport>;
}

export interface ProxyTarget {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
}
