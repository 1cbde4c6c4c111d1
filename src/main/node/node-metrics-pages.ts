/** What a node tells about itself: a page for each part of it, at the paths of upstream's kubelet. */
import {
  collectCadvisor,
  collectResourceUse,
  formatCadvisorMetrics,
  formatNodeMetrics,
  formatResourceMetrics,
  type MetricsPage as NodePage,
  pauseReference,
  type Runtime,
  textContentType,
} from "#agent";
import { collect } from "#http";
import { openHttpTransport, realClock, realDisk, realMachine } from "#host";
import type { MetricsPage, NodeCounting } from "../metrics-page.ts";

export interface NodePagesDeps {
  readonly counting: NodeCounting;
  readonly runtime: Runtime;
  /** Measures what the agent's page shows and nobody counts. */
  readonly refresh: (signal: AbortSignal) => Promise<void>;
}

export interface NodePagesOptions {
  readonly nodeCgroup: string;
  /** Where containerd serves its own metrics. */
  readonly containerd: { readonly host: string; readonly port: number };
}

export function nodePages(
  { counting, runtime, refresh }: NodePagesDeps,
  { nodeCgroup, containerd }: NodePagesOptions,
): ReadonlyMap<string, NodePage> {
  const counted =
    (page: MetricsPage): NodePage =>
    async (accept) =>
      page.answer(accept);
  const ports = { disk: realDisk, clock: realClock, machine: realMachine, runtime };
  const cadvisor = { nodeCgroup, sandboxImage: pauseReference };
  return new Map<string, NodePage>([
    [
      "/metrics",
      async (accept, signal) => {
        await refresh(signal);
        return counting.agent.answer(accept);
      },
    ],
    ["/metrics/probes", counted(counting.probes)],
    ["/metrics/proxy", counted(counting.proxy)],
    ["/metrics/dns", counted(counting.dns)],
    [
      "/metrics/cadvisor",
      async (_, signal) =>
        textPage(formatCadvisorMetrics(await collectCadvisor(ports, cadvisor, signal))),
    ],
    [
      "/metrics/resource",
      async (_, signal) =>
        textPage(formatResourceMetrics(await collectResourceUse(ports, nodeCgroup, signal))),
    ],
    ["/metrics/node", async () => textPage(await formatNodeMetrics(ports))],
    ["/metrics/containerd", (accept, signal) => relay(containerd, accept, signal)],
  ]);
}

function textPage(text: string) {
  return { contentType: textContentType, body: new TextEncoder().encode(text) };
}

const containerdPath = "/v1/metrics";
/** A page of containerd is some hundred kilobytes. */
const relayedBytesMax = 16 << 20;

/** Asks containerd, which listens where only the agent hears it. */
async function relay(
  server: NodePagesOptions["containerd"],
  accept: string,
  signal: AbortSignal,
): ReturnType<NodePage> {
  await using transport = await openHttpTransport({
    server,
    tls: "plain",
    bearerToken: undefined,
    protocol: "http1",
  });
  const request = { method: "GET", target: containerdPath, headers: { accept }, body: undefined };
  const { status, headers, body } = await transport.send(request, signal);
  if (status !== 200) throw new Error(`containerd answers ${status} for its metrics`);
  const contentType = headers["content-type"];
  return {
    contentType: typeof contentType === "string" ? contentType : textContentType,
    body: await collect(body ?? new Uint8Array(0), relayedBytesMax, tooLarge),
  };
}

function tooLarge(bytesMax: number): Error {
  return new Error(`containerd tells more than ${bytesMax} bytes of metrics`);
}
