/** `GET /containerLogs/{namespace}/{pod}/{container}`: what `kubectl logs` shows. */
import type { Clock, HttpResponse } from "#base";
import { type LogRequest, type LogDisk, type LogSource, readLog } from "../logs/read-log.ts";
import type { Runtime } from "../runtime.ts";
import { EndpointError } from "./endpoint-error.ts";
import { getLoggedContainer, getPod, type PodSource, type PodTarget } from "./pod-containers.ts";

export interface ContainerLogsDeps {
  readonly pods: PodSource;
  readonly runtime: Runtime;
  readonly disk: LogDisk;
  readonly clock: Clock;
}

export async function serveContainerLogs(
  deps: ContainerLogsDeps,
  target: PodTarget & { readonly container: string },
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const request = parseLogRequest(query, deps.clock.nowMs());
  const pod = getPod(deps.pods, target);
  const which = parseFlag(query, "previous") ? "previous" : "latest";
  const id = getLoggedContainer(pod, target.container, which);
  const status = await deps.runtime.containers.find(id, signal);
  if (status === undefined) {
    const message = `unable to retrieve container logs for ${id}: it has been removed`;
    throw new EndpointError(404, message);
  }
  const source: LogSource = {
    path: status.logPath,
    isRunning: async () => (await deps.runtime.containers.find(id, signal))?.state === "running",
  };
  return {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: readLog(deps, source, request, signal),
  };
}

/** The query of PodLogOptions, checked as the API server checks it. */
function parseLogRequest(query: URLSearchParams, nowMs: number): LogRequest {
  const sinceSeconds = parseCount(query, "sinceSeconds", 1);
  const sinceTime = query.get("sinceTime");
  if (sinceSeconds !== undefined && sinceTime !== null) {
    throw new EndpointError(422, "at most one of `sinceTime` or `sinceSeconds` may be specified");
  }
  return {
    follow: parseFlag(query, "follow"),
    timestamps: parseFlag(query, "timestamps"),
    tailLines: parseCount(query, "tailLines", 0),
    limitBytes: parseCount(query, "limitBytes", 1),
    sinceMs: sinceSeconds === undefined ? parseTime(sinceTime) : nowMs - sinceSeconds * 1000,
  };
}

function parseFlag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text === "true" || text === "1";
}

function parseCount(query: URLSearchParams, name: string, min: number): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  const count = Number(text);
  if (!/^-?\d{1,15}$/.test(text)) throw new EndpointError(400, `${name} is not an integer`);
  if (count < min) {
    throw new EndpointError(
      422,
      `${name}: Invalid value: ${text}: must be greater than ${min - 1}`,
    );
  }
  return count;
}

function parseTime(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new EndpointError(400, "sinceTime is not an RFC 3339 time");
  return ms;
}
