import {
  type Clock,
  exponentialBuckets,
  type HttpHandler,
  type HttpResponse,
  type Meters,
  type ReceivedRequest,
} from "#base";

/** Paths whose requests are told apart; the rest is `/`, so that nobody can make up series. */
const knownPaths: ReadonlySet<string> = new Set([
  "/-/healthy",
  "/-/quit",
  "/-/ready",
  "/-/reload",
  "/agent",
  "/alertmanager-discovery",
  "/alerts",
  "/api/v1/admin/tsdb/clean_tombstones",
  "/api/v1/admin/tsdb/delete_series",
  "/api/v1/admin/tsdb/snapshot",
  "/api/v1/alertmanagers",
  "/api/v1/alerts",
  "/api/v1/features",
  "/api/v1/format_query",
  "/api/v1/labels",
  "/api/v1/metadata",
  "/api/v1/notifications",
  "/api/v1/notifications/live",
  "/api/v1/otlp/v1/metrics",
  "/api/v1/parse_query",
  "/api/v1/query",
  "/api/v1/query_exemplars",
  "/api/v1/query_range",
  "/api/v1/read",
  "/api/v1/rules",
  "/api/v1/scrape_pools",
  "/api/v1/scrape_pools/config",
  "/api/v1/search/label_names",
  "/api/v1/search/label_values",
  "/api/v1/search/metric_names",
  "/api/v1/series",
  "/api/v1/status/buildinfo",
  "/api/v1/status/config",
  "/api/v1/status/flags",
  "/api/v1/status/runtimeinfo",
  "/api/v1/status/self_metrics",
  "/api/v1/status/tsdb",
  "/api/v1/status/tsdb/blocks",
  "/api/v1/status/walreplay",
  "/api/v1/targets",
  "/api/v1/targets/metadata",
  "/api/v1/targets/relabel_steps",
  "/api/v1/write",
  "/config",
  "/federate",
  "/flags",
  "/graph",
  "/metrics",
  "/query",
  "/rules",
  "/service-discovery",
  "/status",
  "/targets",
  "/tsdb-status",
  "/version",
]);
const bucketSeconds = [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120];

/** Counts requests, and how long they take, under the names that dashboards of Prometheus know. */
export function countingRequests(handler: HttpHandler, meters: Meters, clock: Clock): HttpHandler {
  const requests = meters.counter({
    name: "prometheus_http_requests_total",
    help: "Counter of HTTP requests.",
    labelNames: ["code", "handler"],
  });
  const durations = meters.histogram({
    name: "prometheus_http_request_duration_seconds",
    help: "Histogram of latencies for HTTP requests.",
    labelNames: ["handler"],
    buckets: bucketSeconds,
  });
  const scrapes = meters.counter({
    name: "promhttp_metric_handler_requests_total",
    help: "Total number of scrapes by HTTP status code.",
    labelNames: ["code"],
  });
  const sizes = meters.histogram({
    name: "prometheus_http_response_size_bytes",
    help: "Histogram of response size for HTTP requests.",
    labelNames: ["handler"],
    buckets: exponentialBuckets(100, 10, 8),
  });
  const scraping = meters
    .gauge({
      name: "promhttp_metric_handler_requests_in_flight",
      help: "Current number of scrapes being served.",
    })
    .with();
  // The codes are there from the start, so that rates have something to begin with.
  for (const code of ["200", "500", "503"]) scrapes.with(code);
  return {
    async handle(request, signal) {
      const startedMs = clock.elapsedMs();
      const path = pathOf(request);
      const change = path === "/metrics" ? 1 : 0;
      scraping.add(change);
      const response = await handler.handle(request, signal).finally(() => scraping.add(-change));
      requests.with(String(response.status), path).add();
      durations.with(path).observe((clock.elapsedMs() - startedMs) / 1_000);
      if (path === "/metrics") scrapes.with(String(response.status)).add();
      return withCountedBody(response, (bytes) => sizes.with(path).observe(bytes));
    },
    upgrade: (request, signal) => handler.upgrade(request, signal),
  };
}

/** The same response; `count` is told how long its body was, once all of it was read. */
function withCountedBody(response: HttpResponse, count: (bytes: number) => void): HttpResponse {
  const { body } = response;
  if (body === undefined || body instanceof Uint8Array) {
    count(body?.length ?? 0);
    return response;
  }
  return { ...response, body: counted(body, count) };
}

async function* counted(
  body: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const piece of body) {
      bytes += piece.length;
      yield piece;
    }
  } finally {
    count(bytes);
  }
}

function pathOf({ target }: ReceivedRequest): string {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  if (knownPaths.has(path)) return path;
  if (/^\/api\/v1\/label\/[^/]+\/values$/.test(path)) return "/api/v1/label/:name/values";
  return path.startsWith("/assets/") ? "/assets/*filepath" : "/";
}
