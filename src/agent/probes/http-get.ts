/** One HTTP GET to a pod, for probes and lifecycle hooks. */

import type { Clock, Headers, HttpResponse } from "#base";
import type { Container, HTTPGetAction } from "#api/core/v1";
import {
  DeadlineError,
  formatAddress,
  type HttpTarget,
  networkErrorText,
  type PodNetwork,
  withDeadline,
} from "./network.ts";

export interface GetDeps {
  readonly network: Pick<PodNetwork, "openHttp">;
  readonly clock: Clock;
}

export interface GetRequest {
  readonly action: HTTPGetAction;
  readonly container: Container;
  readonly podIp: string;
  readonly timeoutMs: number;
  readonly userAgent: string;
}

/** The answer after redirects within the same host, or why there is none. */
export type GetResult =
  | { readonly kind: "answer"; readonly status: number; readonly body: string }
  /** It pointed to another host, where we do not go. */
  | { readonly kind: "elsewhere"; readonly body: string }
  | { readonly kind: "failure"; readonly message: string };

const redirectsMax = 10;
const bodyBytesMax = 10 * 1024;

export async function getFromPod(
  deps: GetDeps,
  request: GetRequest,
  signal: AbortSignal,
): Promise<GetResult> {
  const { action, container, podIp } = request;
  const port = findPort(action.port, container);
  if (port === undefined) {
    return { kind: "failure", message: `couldn't find port: ${action.port}` };
  }
  const host = action.host === undefined || action.host === "" ? podIp : action.host;
  const scheme = action.scheme?.toLowerCase() === "https" ? "https" : "http";
  const path = action.path === undefined || action.path === "" ? "/" : action.path;
  const target = path.startsWith("/") ? path : `/${path}`;
  const url = `${scheme}://${formatAddress(host, port)}${target}`;
  try {
    return await withDeadline(deps.clock, request.timeoutMs, signal, (attempt) =>
      follow(deps, { scheme, host, port }, { target, headers: headersOf(request) }, attempt),
    );
  } catch (error) {
    // What the pod's network says is the finding; only our own end is none.
    if (signal.aborted) throw error;
    const late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    const isLate = error instanceof DeadlineError;
    const why = isLate ? late : networkErrorText(error, formatAddress(host, port));
    return { kind: "failure", message: `Get "${url}": ${why}` };
  }
}

/** A port's number, or the number of the container's port with that name. */
export function findPort(port: number | string, { ports = [] }: Container): number | undefined {
  if (typeof port === "number") return port;
  const named = ports.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d{1,5}$/.test(port) ? Number(port) : undefined);
}

function headersOf({ action, userAgent }: GetRequest): Headers {
  const headers = new Map<string, string | readonly string[]>([
    ["user-agent", userAgent],
    ["accept", "*/*"],
  ]);
  for (const { name, value } of action.httpHeaders ?? []) {
    const key = name.toLowerCase();
    // An empty value asks for the header to be left out, as upstream has it.
    if (value === "" && (key === "user-agent" || key === "accept")) headers.delete(key);
    else headers.set(key, value);
  }
  return Object.fromEntries(headers);
}

interface Hop {
  readonly target: string;
  readonly headers: Headers;
}

async function follow(
  { network }: GetDeps,
  start: HttpTarget,
  first: Hop,
  signal: AbortSignal,
): Promise<GetResult> {
  let at = start;
  let { target } = first;
  for (let hop = 0; hop <= redirectsMax; hop++) {
    await using transport = await network.openHttp(at);
    const request = { method: "GET", target, headers: first.headers, body: undefined };
    const response = await transport.send(request, signal);
    const body = await readStart(response);
    const location = redirectOf(response);
    if (location === undefined) return { kind: "answer", status: response.status, body };
    const next = new URL(location, `${at.scheme}://${formatAddress(at.host, at.port)}${target}`);
    if (next.hostname !== hostnameOf(start.host)) return { kind: "elsewhere", body };
    at = targetOf(next, start.host);
    target = `${next.pathname}${next.search}`;
  }
  return { kind: "failure", message: `stopped after ${redirectsMax} redirects` };
}

function hostnameOf(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function targetOf({ protocol, port }: URL, host: string): HttpTarget {
  const scheme = protocol === "https:" ? "https" : "http";
  const portDefault = scheme === "https" ? 443 : 80;
  return { scheme, host, port: port === "" ? portDefault : Number(port) };
}

function redirectOf({ status, headers }: HttpResponse): string | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const { location } = headers;
  return typeof location === "string" ? location : undefined;
}

/** The first part of a body: more is of no use in a message. */
async function readStart({ body }: HttpResponse): Promise<string> {
  if (body === undefined) return "";
  const utf8 = new TextDecoder();
  if (body instanceof Uint8Array) return utf8.decode(body.subarray(0, bodyBytesMax));
  let text = "";
  let byteCount = 0;
  for await (const chunk of body) {
    const rest = bodyBytesMax - byteCount;
    text += utf8.decode(chunk.subarray(0, rest), { stream: true });
    byteCount += chunk.length;
    if (byteCount >= bodyBytesMax) break;
  }
  return text;
}
