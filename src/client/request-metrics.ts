/** What clients of the API server tell of their requests, under the names of client-go's. */

import type {
  Body,
  Clock,
  Counter,
  HistogramMetric,
  HttpRequest,
  HttpResponse,
  HttpTransport,
  Meters,
  MetricVector,
} from "#base";

const durationBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
const sizeBuckets = [
  64, 256, 512, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216,
];

/** The requests of one process, by whom they went to. */
export class ClientRequestMetrics {
  readonly #clock: Clock;
  readonly #answers: MetricVector<Counter>;
  readonly #durations: MetricVector<HistogramMetric>;
  readonly #requestSizes: MetricVector<HistogramMetric>;
  readonly #responseSizes: MetricVector<HistogramMetric>;

  constructor(meters: Meters, clock: Clock) {
    this.#clock = clock;
    this.#answers = meters.counter({
      name: "rest_client_requests_total",
      help: "Number of HTTP requests, partitioned by status code, method, and host.",
      labelNames: ["code", "method", "host"],
    });
    const labelNames = ["verb", "host"];
    this.#durations = meters.histogram({
      name: "rest_client_request_duration_seconds",
      help: "Request latency in seconds. Broken down by verb, and host.",
      labelNames,
      buckets: durationBuckets,
    });
    this.#requestSizes = meters.histogram({
      name: "rest_client_request_size_bytes",
      help: "Request size in bytes. Broken down by verb and host.",
      labelNames,
      buckets: sizeBuckets,
    });
    this.#responseSizes = meters.histogram({
      name: "rest_client_response_size_bytes",
      help: "Response size in bytes. Broken down by verb and host.",
      labelNames,
      buckets: sizeBuckets,
    });
  }

  /** The same transport, whose requests are counted as going to `host`. */
  observe(transport: HttpTransport, host: string): HttpTransport {
    return {
      send: async (request, signal) => {
        const startMs = this.#clock.elapsedMs();
        try {
          const response = await transport.send(request, signal);
          this.#answered(request, response, host);
          return response;
        } catch (error) {
          // Who gave up did not get an error.
          if (!signal.aborted) this.#answers.with("<error>", request.method, host).add();
          throw error;
        } finally {
          const seconds = (this.#clock.elapsedMs() - startMs) / 1_000;
          // A watch lasts as long as its client likes.
          if (!isWatch(request)) this.#durations.with(request.method, host).observe(seconds);
        }
      },
      upgrade: (request, signal) => transport.upgrade(request, signal),
    };
  }

  #answered(request: HttpRequest, response: HttpResponse, host: string): void {
    const { method } = request;
    this.#answers.with(String(response.status), method, host).add();
    const sizes = [
      [this.#requestSizes, sizeOf(request.body)],
      [this.#responseSizes, sizeOf(response.body)],
    ] as const;
    for (const [series, size] of sizes) {
      if (size !== undefined) series.with(method, host).observe(size);
    }
  }
}

/** Undefined: not known before all of it has come. */
function sizeOf(body: Body | undefined): number | undefined {
  if (body === undefined) return 0;
  return body instanceof Uint8Array ? body.length : undefined;
}

function isWatch({ target }: HttpRequest): boolean {
  return /[?&]watch=(?:1|true)(?:&|$)/.test(target);
}
