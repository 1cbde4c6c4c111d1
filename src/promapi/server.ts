/**
 * The HTTP side of the monitoring engine: `/api/v1`, the health checks and the pages.
 *
 * Routes answer or throw `ApiError`; the envelope, CORS and readiness are here, once.
 */
import {
  type Clock,
  describeError,
  type HttpHandler,
  type HttpResponse,
  type Logger,
  type ReceivedRequest,
} from "#base";
import { HttpError, parseTarget, type RequestTarget, type RouteMatch, Router } from "#http";
import { type ApiAnswer, errorResponse, successResponse, textResponse } from "./answer.ts";
import { ApiError } from "./api-error.ts";
import { corsHeaders, type OriginTest } from "./cors.ts";
import { type ApiRequest, readForm } from "./request.ts";
import type { ApiRoute } from "./route.ts";

export interface PromServerDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the database is open; until then nearly everything answers 503. */
  readonly isReady: () => boolean;
  /** Routes below `/api/v1`. */
  readonly api: readonly ApiRoute[];
  /** Routes elsewhere. */
  readonly web: readonly WebRoute[];
}

/** A route outside of `/api/v1`. */
export interface WebRoute {
  readonly method: string;
  readonly pattern: string;
  /** Whether it answers while the server is still starting. */
  readonly isAlwaysReady: boolean;
  readonly serve: (
    request: ApiRequest,
    signal: AbortSignal,
  ) => HttpResponse | Promise<HttpResponse>;
}

export interface PromServerOptions {
  /** Everything is served below this path: `/` or `/prometheus`. */
  readonly routePrefix: string;
  readonly isOriginAllowed: OriginTest;
}

type Served =
  | { readonly kind: "api"; readonly route: ApiRoute }
  | { readonly kind: "web"; readonly route: WebRoute };

const apiPrefix = "/api/v1";

export function createPromServer(deps: PromServerDeps, options: PromServerOptions): HttpHandler {
  const api = deps.api.map((route) => ({
    method: route.method,
    pattern: apiPrefix + route.pattern,
    serve: { kind: "api", route } as const,
  }));
  const web = deps.web.map((route) => ({
    method: route.method,
    pattern: route.pattern,
    serve: { kind: "web", route } as const,
  }));
  const router = new Router<Served>([...api, ...web]);
  return {
    handle: (request, signal) => handle(deps, options, router, { request, signal }),
    upgrade: async () => ({ kind: "refused", response: textResponse(400, "Bad Request") }),
  };
}

interface Incoming {
  readonly request: ReceivedRequest;
  readonly signal: AbortSignal;
}

async function handle(
  deps: PromServerDeps,
  options: PromServerOptions,
  router: Router<Served>,
  { request, signal }: Incoming,
): Promise<HttpResponse> {
  const cors = corsHeaders(request, options.isOriginAllowed);
  if (request.method === "OPTIONS") return { status: 204, headers: cors, body: undefined };
  const response = await respond(deps, options, router, { request, signal });
  return { ...response, headers: { ...response.headers, ...cors } };
}

async function respond(
  deps: PromServerDeps,
  options: PromServerOptions,
  router: Router<Served>,
  { request, signal }: Incoming,
): Promise<HttpResponse> {
  const { routePrefix } = options;
  if (routePrefix !== "/" && isRoot(request)) {
    // Whoever forgets the prefix is shown the way.
    return {
      status: 302,
      headers: { location: routePrefix, "content-length": "0" },
      body: undefined,
    };
  }
  const found = findRoute(router, request, routePrefix);
  if (found instanceof HttpError) return textResponse(found.status, plainText(found));
  const { match, target } = found;
  const { serve } = match;
  if (!deps.isReady() && !(serve.kind === "web" && serve.route.isAlwaysReady)) {
    return textResponse(503, "Service Unavailable");
  }
  try {
    const form = await readForm(request, target.query);
    const nowMs = deps.clock.nowMs();
    const apiRequest = {
      received: request,
      target: target.path,
      path: match.parameters,
      form,
      nowMs,
    };
    if (serve.kind === "web") return await serve.route.serve(apiRequest, signal);
    return rendered(await serve.route.serve(apiRequest, signal));
  } catch (error) {
    // The one place where what a route throws becomes an answer.
    return refused(deps, error, serve.kind);
  }
}

function isRoot({ method, target }: ReceivedRequest): boolean {
  return method === "GET" && (target === "/" || target.startsWith("/?"));
}

/** Finds the route; `HEAD` asks like `GET`. */
function findRoute(
  router: Router<Served>,
  request: ReceivedRequest,
  routePrefix: string,
): { readonly match: RouteMatch<Served>; readonly target: RequestTarget } | HttpError {
  const { method } = request;
  const prefix = routePrefix === "/" ? "" : routePrefix;
  try {
    const target = parseTarget(request.target);
    const { path, segments } = target;
    if (prefix !== "" && path !== prefix && !path.startsWith(`${prefix}/`)) {
      return new HttpError("NotFound", "404 page not found");
    }
    const depth = prefix.split("/").filter((segment) => segment !== "").length;
    const match = router.route(method === "HEAD" ? "GET" : method, segments.slice(depth));
    return { match, target };
  } catch (error) {
    // A path that is not served, or that means nothing.
    if (error instanceof HttpError) return error;
    throw error;
  }
}

function plainText(error: HttpError): string {
  if (error.status === 404) return "404 page not found\n";
  return error.status === 405 ? "Method Not Allowed\n" : `${error.message}\n`;
}

function rendered(answer: ApiAnswer | HttpResponse): HttpResponse {
  return "status" in answer ? answer : successResponse(answer);
}

function refused(deps: PromServerDeps, error: unknown, kind: Served["kind"]): HttpResponse {
  if (kind === "web") {
    const status = error instanceof HttpError || error instanceof ApiError ? error.status : 500;
    return textResponse(status, `${describeError(error)}\n`);
  }
  if (error instanceof ApiError) return errorResponse(error);
  if (error instanceof HttpError) return errorResponse(new ApiError("bad_data", error.message));
  deps.log.error("answering a request", error);
  return errorResponse(new ApiError("internal", describeError(error)));
}
