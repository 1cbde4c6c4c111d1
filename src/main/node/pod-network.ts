/** How an agent reaches what runs in its pods. */
import type { PodNetwork } from "#agent";
import { openGrpcChannel, openHttpTransport, realDialer } from "#host";

/** Pods show certificates of their own making. */
const unverified = {
  authorities: undefined,
  verification: "none",
  serverName: undefined,
  identity: undefined,
} as const;

export const podNetwork: PodNetwork = {
  dialer: realDialer,
  openHttp: ({ scheme, host, port }) =>
    openHttpTransport({
      server: { host, port },
      tls: scheme === "https" ? () => unverified : "plain",
      bearerToken: undefined,
      protocol: "http1",
    }),
  openGrpc: (host, port) =>
    openGrpcChannel(host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`),
};
