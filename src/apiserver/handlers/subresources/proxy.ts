/** `nodes|pods|services/{name}/proxy/…`: HTTP servers of the cluster, seen through the API server. */

import { badRequest, StatusError } from "#api";
import { endpoints, service } from "#api/core/v1";
import { type HttpRequest, type HttpResponse, type HttpTransport, integerBelow } from "#base";
import { decodedAs } from "../../objects/decode-stored.ts";
import type { ProxyTarget } from "../../node-connector.ts";
import type {
  Handler,
  RequestContext,
  ServerParts,
  UpgradeHandler,
} from "../../request/request-context.ts";
import { getPod } from "./pod-container.ts";
import { withoutCredentials } from "./pod-stream.ts";

export const proxyRequest: Handler = async (parts, context) => {
  const { request, target, signal } = context;
  const slash = redirectToSlash(context);
  if (slash !== undefined) return { kind: "raw", response: slash };
  const transport = await reach(() => transportTo(parts, context));
  const forwarded = { ...forwardedRequest(context), body: request.body };
  const response = await reach(() => transport.send(forwarded, signal));
  return { kind: "raw", response: withLocation(response, target.sent, target.rest) };
};

export const proxyUpgrade: UpgradeHandler = async (parts, context) => {
  const transport = await reach(() => transportTo(parts, context));
  return reach(() => transport.upgrade(forwardedRequest(context), context.signal));
};

function forwardedRequest({ request, target }: RequestContext): HttpRequest {
  const mark = target.sent.indexOf("?");
  const query = mark < 0 ? "" : target.sent.slice(mark);
  const path = target.rest === "" ? "/" : target.rest;
  const headers = withoutCredentials(request.headers);
  return { method: request.method, target: path + query, headers, body: undefined };
}

/** Relative links on the page behind the proxy only work below a slash. */
function redirectToSlash({ request, target }: RequestContext): HttpResponse | undefined {
  const isPage = request.method === "GET" || request.method === "HEAD";
  if (target.rest !== "" || !isPage) return undefined;
  const [path = "", query] = target.sent.split("?");
  const location = query === undefined ? `${path}/` : `${path}/?${query}`;
  return { status: 301, headers: { location, "content-length": "0" }, body: undefined };
}

async function transportTo(parts: ServerParts, context: RequestContext): Promise<HttpTransport> {
  const { resource, target, signal } = context;
  if (resource.name === "nodes") return parts.nodes.connectNode(target.name, signal);
  const address = parseProxyName(target.name);
  const at =
    resource.name === "pods"
      ? await podTarget(parts, target.namespace, address)
      : await serviceTarget(parts, target.namespace, address);
  return parts.nodes.connectAddress(at, signal);
}

interface ProxyName {
  readonly scheme: "http" | "https";
  readonly name: string;
  /** A number, the name of a port, or empty. */
  readonly port: string;
}

/** `[scheme:]name[:port]` */
function parseProxyName(text: string): ProxyName {
  const parts = text.split(":");
  const [first = "", second = "", third = ""] = parts;
  if (parts.length === 1) return { scheme: "http", name: first, port: "" };
  if (parts.length === 2) return { scheme: "http", name: first, port: second };
  if (parts.length > 3 || (first !== "" && first !== "http" && first !== "https")) {
    throw badRequest(`invalid proxy request ${JSON.stringify(text)}`);
  }
  return { scheme: first === "https" ? "https" : "http", name: second, port: third };
}

async function podTarget(
  parts: ServerParts,
  namespace: string,
  { scheme, name, port }: ProxyName,
): Promise<ProxyTarget> {
  const { spec, status } = await getPod(parts, { namespace, name });
  const host = status?.podIP ?? "";
  if (host === "") throw badRequest("address not allowed");
  const declared = (spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  const named = declared.find((one) => one.name === port || port === "");
  const number = /^[0-9]+$/.test(port) ? Number(port) : (named?.containerPort ?? 80);
  return { scheme, host, port: number };
}

async function serviceTarget(
  { reader, catalog, random }: ServerParts,
  namespace: string,
  { scheme, name, port }: ProxyName,
): Promise<ProxyTarget> {
  const found = await reader.get(catalog.get(service), { namespace, name });
  const ports = decodedAs(service, found.value).spec?.ports ?? [];
  const asked = ports.find((one) => port === "" || one.name === port || String(one.port) === port);
  if (asked === undefined) {
    throw unavailable(
      `no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`,
    );
  }
  const known = await reader.find(catalog.get(endpoints), { namespace, name });
  const subsets = known === undefined ? [] : (decodedAs(endpoints, known.value).subsets ?? []);
  const targets = subsets.flatMap(({ addresses = [], ports: open = [] }) =>
    open
      .filter((one) => (one.name ?? "") === (asked.name ?? ""))
      .flatMap((one) => addresses.map(({ ip }) => ({ scheme, host: ip, port: one.port }))),
  );
  const chosen = targets[integerBelow(random, targets.length)];
  if (chosen === undefined) {
    throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  }
  return chosen;
}

async function reach<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof StatusError) throw error;
    // The server behind the proxy is not there; that is no failure of ours.
    const message = error instanceof Error ? error.message : String(error);
    throw unavailable(`error trying to reach service: ${message}`, error);
  }
}

function unavailable(message: string, cause?: unknown): StatusError {
  return new StatusError("ServiceUnavailable", message, { cause });
}

/** A redirect of the server behind the proxy leads to where the client can follow it. */
function withLocation(response: HttpResponse, sent: string, rest: string): HttpResponse {
  const { location } = response.headers;
  if (typeof location !== "string" || !location.startsWith("/")) return response;
  const [path = ""] = sent.split("?");
  const base = rest === "" ? path : path.slice(0, -rest.length);
  return { ...response, headers: { ...response.headers, location: base + location } };
}
