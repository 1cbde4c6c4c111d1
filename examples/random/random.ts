/**
 * A program that pretends to answer remote procedure calls, and tells Prometheus how long they take.
 *
 *     node_modules/.bin/node examples/random/random.ts --listen-address=127.0.0.1:8080
 *
 * Three services differ in how their durations are distributed: evenly up to `uniform-domain`, by a
 * bell curve around `normal-mean`, or exponentially. How often calls come goes up and down over
 * `oscillation-period`, so that graphs have something to show.
 *
 * All services become slower on demand, and as they were with `seconds=0`:
 *
 *     curl -X POST 'http://127.0.0.1:8080/slower?seconds=0.00005'
 *
 * With `seconds-per-scrape` the calls of so much time are made up whenever somebody asks for metrics, in
 * place of those that really come; with a `seed` they are the same every time. So hours can be told in
 * seconds.
 */
import { createServer } from "node:http";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    "listen-address": { type: "string", default: "127.0.0.1:8080" },
    "uniform-domain": { type: "string", default: "0.0002" },
    "normal-domain": { type: "string", default: "0.0002" },
    "normal-mean": { type: "string", default: "0.00001" },
    "oscillation-period": { type: "string", default: "600" },
    "seconds-per-scrape": { type: "string", default: "0" },
    seed: { type: "string", default: "" },
  },
});

/** Chance, or what only looks like it: a generator of Marsaglia's (xorshift). */
const chance = values.seed === "" ? Math.random : seeded(Number(values.seed));

function seeded(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const quantiles = [0.5, 0.9, 0.99];
/** How long an observation counts for the quantiles. */
const windowMs = 10 * 60_000;
const observationsMax = 20_000;

interface Observation {
  readonly timeMs: number;
  readonly seconds: number;
}

/** Durations of one service: their sum and number for ever, and the latest for quantiles. */
class Durations {
  readonly #recent: Observation[] = [];
  #count = 0;
  #sum = 0;

  observe(seconds: number): void {
    this.#count++;
    this.#sum += seconds;
    this.#recent.push({ timeMs: Date.now(), seconds });
    if (this.#recent.length > observationsMax) this.#recent.shift();
  }

  lines(service: string): readonly string[] {
    const oldestMs = Date.now() - windowMs;
    const sorted = this.#recent
      .filter(({ timeMs }) => timeMs >= oldestMs)
      .map(({ seconds }) => seconds)
      .sort((left, right) => left - right);
    const at = (quantile: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
    const label = `service="${service}"`;
    return [
      ...quantiles.map(
        (quantile) => `rpc_durations_seconds{${label},quantile="${quantile}"} ${at(quantile)}`,
      ),
      `rpc_durations_seconds_sum{${label}} ${this.#sum}`,
      `rpc_durations_seconds_count{${label}} ${this.#count}`,
    ];
  }
}

/** The bell-shaped service's durations again, as a histogram. */
class Buckets {
  readonly #counts: number[];
  readonly #bounds: readonly number[];
  #sum = 0;

  constructor(mean: number, domain: number) {
    this.#bounds = Array.from(
      { length: 20 },
      (_, index) => mean - 5 * domain + 0.5 * domain * index,
    );
    this.#counts = [...this.#bounds, 0].map(() => 0);
  }

  observe(seconds: number): void {
    this.#sum += seconds;
    const found = this.#bounds.findIndex((bound) => seconds <= bound);
    const index = found < 0 ? this.#bounds.length : found;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  lines(): readonly string[] {
    const name = "rpc_durations_histogram_seconds";
    let below = 0;
    const buckets = [...this.#bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
      below += this.#counts[index] ?? 0;
      const le = Number.isFinite(bound) ? String(bound) : "+Inf";
      return `${name}_bucket{le="${le}"} ${below}`;
    });
    return [...buckets, `${name}_sum ${this.#sum}`, `${name}_count ${below}`];
  }
}

const uniformDomain = Number(values["uniform-domain"]);
const normalDomain = Number(values["normal-domain"]);
const normalMean = Number(values["normal-mean"]);
const periodMs = Number(values["oscillation-period"]) * 1_000;

const services = {
  uniform: new Durations(),
  normal: new Durations(),
  exponential: new Durations(),
};
const buckets = new Buckets(normalMean, normalDomain);
const startedMs = Date.now();

/** Between 1 and 3: how much longer pauses between calls are now. */
function oscillation(): number {
  return 2 + Math.sin(Math.sin((2 * Math.PI * (Date.now() - startedMs)) / periodMs));
}

function gaussian(): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}

/** How much slower everything is than it should be. */
let slowerSeconds = 0;

interface Calls {
  readonly pauseMs: number;
  readonly call: () => void;
}

const allCalls: readonly Calls[] = [
  {
    pauseMs: 100,
    call: () => services.uniform.observe(chance() * uniformDomain + slowerSeconds),
  },
  {
    pauseMs: 75,
    call: () => {
      const seconds = gaussian() * normalDomain + normalMean + slowerSeconds;
      services.normal.observe(seconds);
      buckets.observe(seconds);
    },
  },
  {
    pauseMs: 50,
    call: () => services.exponential.observe(-Math.log(1 - chance()) / 1e6 + slowerSeconds),
  },
];

/** Calls again and again, with pauses of `pauseMs` times the oscillation. */
function repeat({ pauseMs, call }: Calls): void {
  call();
  setTimeout(() => repeat({ pauseMs, call }), pauseMs * oscillation());
}

const perScrapeMs = Number(values["seconds-per-scrape"]) * 1_000;
if (perScrapeMs === 0) for (const calls of allCalls) repeat(calls);

/** The calls of the time between two scrapes, at the middle of the oscillation. */
function makeUpCalls(): void {
  for (const { pauseMs, call } of allCalls) {
    for (let left = perScrapeMs / (2 * pauseMs); left >= 1; left--) call();
  }
}

function metrics(): string {
  return [
    "# HELP rpc_durations_seconds RPC latency distributions.",
    "# TYPE rpc_durations_seconds summary",
    ...Object.entries(services).flatMap(([name, durations]) => durations.lines(name)),
    "# HELP rpc_durations_histogram_seconds RPC latency distributions.",
    "# TYPE rpc_durations_histogram_seconds histogram",
    ...buckets.lines(),
    "",
  ].join("\n");
}

function answer(method: string, url: URL | null): readonly [status: number, text: string] {
  if (url === null) return [400, "that is no path\n"];
  if (url.pathname === "/metrics") {
    makeUpCalls();
    return [200, metrics()];
  }
  if (url.pathname === "/slower" && method === "POST") {
    const seconds = Number(url.searchParams.get("seconds") ?? "");
    if (!Number.isFinite(seconds)) return [400, "seconds is a number\n"];
    slowerSeconds = seconds;
    return [200, `slower by ${seconds} s\n`];
  }
  return [404, "metrics are at /metrics\n"];
}

const [host = "127.0.0.1", port = "8080"] = values["listen-address"].split(/:(?=\d+$)/);
createServer((request, response) => {
  const { method = "GET", url = "/" } = request;
  const [status, text] = answer(method, URL.parse(url, "http://localhost"));
  response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  response.end(text);
}).listen(Number(port), host, () => console.log(`serving http://${host}:${port}/metrics`));
