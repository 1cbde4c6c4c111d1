/**
 * What a node answers on its port 10250: the paths of upstream's kubelet, which API servers,
 * metrics-server and Prometheus configurations know by heart.
 */
import {
  type Clock,
  type Dialer,
  type HttpHandler,
  type HttpResponse,
  type Logger,
  type ReceivedRequest,
  unreachable,
  type UpgradeResult,
} from "#base";
import { encodeJson } from "#api";
import { findHeader, HttpError, parseTarget, type RequestTarget, Router } from "#http";
import type { LogDisk } from "../logs/read-log.ts";
import { type Runtime, RuntimeError } from "../runtime.ts";
import type { StatsSource } from "../stats/node-stats.ts";
import { summaryOf } from "../stats/summary.ts";
import { type Stream, tunnel } from "../streaming/tunnel.ts";
import { type EndpointAuthorizer, nodeAccessOf } from "./authorizer.ts";
import { serveContainerLogs } from "./container-logs.ts";
import { EndpointError, textResponse } from "./endpoint-error.ts";
import { getPod, getRunningContainer, type PodSource, type PodTarget } from "./pod-containers.ts";
import { parseExec, parsePorts, parseStreams } from "./stream-options.ts";

export interface EndpointDeps {
  readonly authorizer: EndpointAuthorizer;
  readonly pods: PodSource;
  readonly runtime: Runtime;
  readonly stats: StatsSource;
  /** By path: `/metrics` and those below it. */
  readonly metricsPages: ReadonlyMap<string, MetricsPage>;
  readonly disk: LogDisk;
  readonly clock: Clock;
  readonly dialer: Pick<Dialer, "connectTcp">;
  readonly logger: Logger;
}

/** What a page of metrics answers to whoever accepts such formats. */
export type MetricsPage = (
  accept: string,
  signal: AbortSignal,
) => Promise<{ readonly contentType: string; readonly body: Uint8Array }>;

interface Asked {
  readonly request: ReceivedRequest;
  readonly parameters: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
}

type Serve = (deps: EndpointDeps, asked: Asked) => Promise<HttpResponse>;
type Open = (deps: EndpointDeps, asked: Asked) => Promise<Stream>;

const pages = new Router<Serve>([
  { method: "GET", pattern: "/healthz", serve: serveHealth },
  { method: "GET", pattern: "/healthz/{check}", serve: serveHealth },
  { method: "GET", pattern: "/pods", serve: servePods },
  {
    method: "GET",
    pattern: "/containerLogs/{namespace}/{pod}/{container}",
    serve: (deps, { parameters, query, signal }) => {
      const container = parameters.get("container") ?? "";
      return serveContainerLogs(deps, { ...podTarget(parameters), container }, query, signal);
    },
  },
  { method: "GET", pattern: "/metrics", serve: serveMetrics },
  { method: "GET", pattern: "/metrics/{page}", serve: serveMetrics },
  {
    method: "GET",
    pattern: "/stats/summary",
    serve: async ({ stats }, { signal }) => {
      const summary = JSON.stringify(summaryOf(await stats.collect(signal)));
      return textResponse(200, summary, "application/json");
    },
  },
]);

const streams = new Router<Open>(
  ["GET", "POST"].flatMap((method) => [
    { method, pattern: "/exec/{namespace}/{pod}/{container}", serve: openExec },
    { method, pattern: "/exec/{namespace}/{pod}/{uid}/{container}", serve: openExec },
    { method, pattern: "/attach/{namespace}/{pod}/{container}", serve: openAttach },
    { method, pattern: "/attach/{namespace}/{pod}/{uid}/{container}", serve: openAttach },
    { method, pattern: "/portForward/{namespace}/{pod}", serve: openPortForward },
    { method, pattern: "/portForward/{namespace}/{pod}/{uid}", serve: openPortForward },
  ]),
);

/** The HTTP service of one node. */
export function createEndpoint(deps: EndpointDeps): HttpHandler {
  return {
    handle: async (request, signal) => {
      try {
        const target = parseTarget(request.target);
        await authorize(deps, request, target, signal);
        const { serve, parameters } = pages.route(request.method, target.segments);
        return await serve(deps, { request, parameters, query: target.query, signal });
      } catch (error) {
        return refusalOf(deps, error, signal);
      }
    },
    upgrade: async (request, signal) => {
      try {
        return await upgrade(deps, request, signal);
      } catch (error) {
        return { kind: "refused", response: refusalOf(deps, error, signal) };
      }
    },
  };
}

async function upgrade(
  deps: EndpointDeps,
  request: ReceivedRequest,
  signal: AbortSignal,
): Promise<UpgradeResult> {
  const target = parseTarget(request.target);
  await authorize(deps, request, target, signal);
  const { serve, parameters } = streams.route(request.method, target.segments);
  const asked = { request, parameters, query: target.query, signal };
  return await tunnel(deps, request, await serve(deps, asked), signal);
}

async function authorize(
  { authorizer }: EndpointDeps,
  request: ReceivedRequest,
  { segments }: RequestTarget,
  signal: AbortSignal,
): Promise<void> {
  const access = nodeAccessOf(request.method, segments);
  const decision = await authorizer.decide(request, access, signal);
  switch (decision.kind) {
    case "allowed":
      return;
    case "unauthenticated":
      throw new EndpointError(401, "Unauthorized");
    case "forbidden": {
      const { verb, subresource } = access;
      const facts = `user=${decision.user}, verb=${verb}, resource=nodes, subresource=${subresource}`;
      throw new EndpointError(403, `Forbidden (${facts})`);
    }
    default:
      unreachable(decision);
  }
}

async function serveHealth(): Promise<HttpResponse> {
  return textResponse(200, "ok");
}

async function serveMetrics(deps: EndpointDeps, asked: Asked): Promise<HttpResponse> {
  const page = asked.parameters.get("page");
  const answer = deps.metricsPages.get(page === undefined ? "/metrics" : `/metrics/${page}`);
  if (answer === undefined) {
    throw new EndpointError(404, "the server could not find the requested resource");
  }
  const accept = findHeader(asked.request.headers, "accept") ?? "";
  const { contentType, body } = await answer(accept, asked.signal);
  return { status: 200, headers: { "content-type": contentType }, body };
}

async function servePods({ pods }: EndpointDeps): Promise<HttpResponse> {
  const list = { kind: "PodList", apiVersion: "v1", metadata: {}, items: pods.list() };
  const headers = { "content-type": "application/json" };
  return { status: 200, headers, body: encodeJson(undefined, list) };
}

async function openExec({ pods, runtime }: EndpointDeps, asked: Asked): Promise<Stream> {
  const { parameters, query, signal } = asked;
  const choice = parseExec(query);
  const found = getPod(pods, podTarget(parameters));
  const id = getRunningContainer(found, parameters.get("container") ?? "");
  return { choice, prepare: () => runtime.containers.prepareExec(id, choice, signal) };
}

async function openAttach({ pods, runtime }: EndpointDeps, asked: Asked): Promise<Stream> {
  const { parameters, query, signal } = asked;
  const choice = parseStreams(query);
  const found = getPod(pods, podTarget(parameters));
  const id = getRunningContainer(found, parameters.get("container") ?? "");
  return { choice, prepare: () => runtime.containers.prepareAttach(id, choice, signal) };
}

async function openPortForward({ pods, runtime }: EndpointDeps, asked: Asked): Promise<Stream> {
  const { parameters, query, signal } = asked;
  const ports = parsePorts(query);
  const uid = getPod(pods, podTarget(parameters)).metadata?.uid ?? "";
  const labels = { "io.kubernetes.pod.uid": uid };
  const [sandbox] = await runtime.sandboxes.list({ state: "ready", labels }, signal);
  if (sandbox === undefined) throw new EndpointError(404, "the pod is not running");
  const prepare = () => runtime.sandboxes.preparePortForward(sandbox.id, ports, signal);
  return { choice: undefined, prepare };
}

function podTarget(parameters: ReadonlyMap<string, string>): PodTarget {
  return {
    namespace: parameters.get("namespace") ?? "",
    name: parameters.get("pod") ?? "",
    uid: parameters.get("uid"),
  };
}

/** Renders what was refused; anything unexpected is logged here, once, and not told in detail. */
function refusalOf({ logger }: EndpointDeps, error: unknown, signal: AbortSignal): HttpResponse {
  if (error instanceof EndpointError || error instanceof HttpError) {
    return textResponse(error.status, `${error.message}\n`);
  }
  if (error instanceof RuntimeError) return textResponse(500, `${error.message}\n`);
  if (!signal.aborted) logger.error("answering on the node's port failed", error);
  return textResponse(500, "internal error\n");
}
