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
  /** An agent has other pages, and another name. */
  readonly mode: "server" | "agent";
  /** Paths of pages that are not upstream's. */
  readonly furtherPages: readonly string[];
}

/** Paths of the one page; its script shows what each means. */
const pagePaths = [
  "/targets",
  "/service-discovery",
  "/status",
  "/flags",
  "/config",
  "/alertmanager-discovery",
] as const;
const modePaths = {
  server: ["/query", "/alerts", "/rules", "/tsdb-status"],
  agent: ["/agent"],
} as const;
const homePath = { server: "/query", agent: "/agent" } as const;
const names = { server: "Prometheus Server", agent: "Prometheus Agent" } as const;

/** What these routes know of the program. */
export type ProgramFacts = Pick<ServerFacts, "build" | "isReady" | "reload" | "quit" | "walReplay">;

export function webRoutes(
  facts: ProgramFacts,
  pages: PageFiles,
  options: WebOptions,
): readonly WebRoute[] {
  const get = { method: "GET", isAlwaysReady: true } as const;
  const { mode, furtherPages } = options;
  const redirect = (path: string) => (request: ApiRequest) => redirectTo(options, path, request);
  return [
    { ...get, pattern: "/", serve: redirect(homePath[mode]) },
    { ...get, pattern: "/graph", serve: redirect("/query") },
    {
      ...get,
      pattern: "/-/healthy",
      serve: () => textResponse(200, `${names[mode]} is Healthy.\n`),
    },
    { ...get, pattern: "/-/ready", serve: () => readiness(facts, options) },
    { ...get, pattern: "/version", serve: () => jsonOf(facts.build()) },
    ...lifecycleRoutes(facts, options),
    ...[...pagePaths, ...modePaths[mode], ...furtherPages].map((pattern) => ({
      ...get,
      pattern,
      serve: () => page(pages, "index.html"),
    })),
    {
      ...get,
      pattern: "/assets/{path...}",
      serve: (request) => page(pages, `assets/${request.path.get("path") ?? ""}`),
    },
    { ...get, pattern: "/favicon.svg", serve: () => page(pages, "favicon.svg") },
  ];
}

function lifecycleRoutes(facts: ProgramFacts, options: WebOptions): readonly WebRoute[] {
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

function readiness(facts: ProgramFacts, { mode }: WebOptions): HttpResponse {
  if (facts.isReady()) return textResponse(200, `${names[mode]} is Ready.\n`);
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
