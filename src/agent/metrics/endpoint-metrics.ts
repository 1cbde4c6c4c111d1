/** What requests to a node's port tell, under upstream's names. */
import {
  type Clock,
  type Counter,
  defaultBuckets,
  type Gauge,
  type HistogramMetric,
  type HttpHandler,
  type Meters,
  type MetricVector,
  type ReceivedRequest,
} from "#base";

/** First parts of the paths that there are; all others are told as `other`. */
const known: ReadonlySet<string> = new Set([
  "healthz",
  "pods",
  "containerLogs",
  "metrics",
  "stats",
  "exec",
  "attach",
  "portForward",
]);
/** What lasts as long as its client likes. */
const longRunning: ReadonlySet<string> = new Set(["exec", "attach", "portForward"]);

const labelNames = ["method", "path", "server_type", "long_running"];

/** The same handler, whose requests are counted and measured. */
export function observedEndpoint(handler: HttpHandler, meters: Meters, clock: Clock): HttpHandler {
  const series = new RequestSeries(meters, clock);
  return {
    handle: (request, signal) => series.measure(request, () => handler.handle(request, signal)),
    upgrade: (request, signal) => series.measure(request, () => handler.upgrade(request, signal)),
  };
}

class RequestSeries {
  readonly #clock: Clock;
  readonly #counts: MetricVector<Counter>;
  readonly #durations: MetricVector<HistogramMetric>;
  readonly #inFlight: MetricVector<Gauge>;

  constructor(meters: Meters, clock: Clock) {
    this.#clock = clock;
    this.#counts = meters.counter({
      name: "kubelet_http_requests_total",
      help: "Number of the http requests received since the server started",
      labelNames,
    });
    this.#durations = meters.histogram({
      name: "kubelet_http_requests_duration_seconds",
      help: "Duration in seconds to serve http requests",
      labelNames,
      buckets: defaultBuckets,
    });
    this.#inFlight = meters.gauge({
      name: "kubelet_http_inflight_requests",
      help: "Number of the inflight http requests",
      labelNames,
    });
  }

  async measure<T>(request: ReceivedRequest, answer: () => Promise<T>): Promise<T> {
    const labels = labelsOf(request);
    const startMs = this.#clock.elapsedMs();
    this.#counts.with(...labels).add();
    this.#inFlight.with(...labels).add(1);
    try {
      return await answer();
    } finally {
      this.#inFlight.with(...labels).add(-1);
      this.#durations.with(...labels).observe((this.#clock.elapsedMs() - startMs) / 1_000);
    }
  }
}

function labelsOf({ method, target }: ReceivedRequest): readonly string[] {
  const [path = ""] = target.split("?");
  const [, first = "", second] = path.split("/");
  const isPage = first === "metrics" && second !== undefined && /^[a-z]{1,20}$/.test(second);
  const shown = isPage ? `metrics/${second}` : known.has(first) ? first : "other";
  const verb = /^[A-Z]{1,10}$/.test(method) ? method : "other";
  return [verb, shown, "readwrite", String(longRunning.has(first))];
}
