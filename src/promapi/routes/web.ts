/** Health checks, reloading, redirects and the pages. */
import type { HttpResponse } from "#base";
import { emptyResponse, textResponse } from "../answer.ts";
import type { PageFiles, ServerFacts } from "../ports.ts";
import type { ApiRequest } from "../request.ts";
import type { WebRoute } from "../server.ts";

export interface WebOptions {
  readonly routePrefix: string;
  /** Whether `/-/reload` and `/-/quit` are served. */
  readonly isLifecycleEnabled: boolean;
  readonly name: string;
}

/** Paths of the one page; its script shows what each means. */
const pagePaths = [
  "/query",
  "/alerts",
  "/targets",
  "/rules",
  "/service-discovery",
  "/status",
  "/tsdb-status",
  "/flags",
  "/config",
  "/alertmanager-discovery",
  "/agent",
] as const;

export function webRoutes(
  facts: ServerFacts,
  pages: PageFiles,
  options: WebOptions,
): readonly WebRoute[] {
  const get = { method: "GET", isAlwaysReady: true } as const;
  const redirect = (request: ApiRequest) => redirectTo(options, "/query", request);
  return [
    { ...get, pattern: "/", serve: redirect },
    { ...get, pattern: "/graph", serve: redirect },
    {
      ...get,
      pattern: "/-/healthy",
      serve: () => textResponse(200, `${options.name} is Healthy.\n`),
    },
    { ...get, pattern: "/-/ready", serve: () => readiness(facts, options) },
    { ...get, pattern: "/version", serve: () => jsonOf(facts.build()) },
    ...lifecycleRoutes(facts, options),
    ...pagePaths.map((pattern) => ({ ...get, pattern, serve: () => page(pages, "index.html") })),
    {
      ...get,
      pattern: "/assets/{path...}",
      serve: (request) => page(pages, `assets/${request.path.get("path") ?? ""}`),
    },
    { ...get, pattern: "/favicon.svg", serve: () => page(pages, "favicon.svg") },
  ];
}

function lifecycleRoutes(facts: ServerFacts, options: WebOptions): readonly WebRoute[] {
  const disabled = () => textResponse(403, "Lifecycle API is not enabled.\n");
  const reload = async () => {
    await facts.reload();
    return emptyResponse(200);
  };
  const quit = () => {
    facts.quit();
    return textResponse(200, "Requesting termination... Goodbye!\n");
  };
  const serveIf = (serve: WebRoute["serve"]) => (options.isLifecycleEnabled ? serve : disabled);
  const only = () => textResponse(405, "Only POST or PUT requests allowed\n");
  return (["/-/reload", "/-/quit"] as const).flatMap((pattern): readonly WebRoute[] => {
    const serve = serveIf(pattern === "/-/reload" ? reload : quit);
    return [
      { method: "POST", pattern, isAlwaysReady: true, serve },
      { method: "PUT", pattern, isAlwaysReady: true, serve },
      { method: "GET", pattern, isAlwaysReady: true, serve: only },
    ];
  });
}

function readiness(facts: ServerFacts, { name }: WebOptions): HttpResponse {
  if (facts.isReady()) return textResponse(200, `${name} is Ready.\n`);
  return textResponse(503, "Service Unavailable");
}

function redirectTo(options: WebOptions, path: string, { received }: ApiRequest): HttpResponse {
  const mark = received.target.indexOf("?");
  const query = mark < 0 ? "" : received.target.slice(mark);
  const prefix = options.routePrefix === "/" ? "" : options.routePrefix;
  return emptyResponse(302, { location: `${prefix}${path}${query}`, "content-length": "0" });
}

function jsonOf(value: unknown): HttpResponse {
  return textResponse(200, JSON.stringify(value), "application/json");
}

async function page(pages: PageFiles, path: string): Promise<HttpResponse> {
  const file = await pages.find(path);
  if (file === undefined) return textResponse(404, "404 page not found\n");
  const headers = { ...file.headers, "content-type": file.contentType };
  return { status: 200, headers, body: file.body };
}
