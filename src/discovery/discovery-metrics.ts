/** What discovery tells of itself, under upstream's names. */
import { type Clock, type Meters, RecentValues } from "#base";
import type { HttpClient } from "#outbound";
import type { TargetFinder } from "./target-finder.ts";

/** Which section of a configuration finds: its kind, and the job that names it first. */
interface SectionName {
  readonly mechanism: string;
  readonly config: string;
}

/** How one section's refreshes go. */
export interface RefreshMetrics {
  refreshed(seconds: number): void;
  failed(): void;
}

export interface DiscoveryMetrics {
  refreshesOf(section: SectionName): RefreshMetrics;
  readonly dns: { lookedUp(outcome: "answered" | "failed"): void };
  readonly file: FileMetrics;
  readonly http: { failed(): void };
  readonly kubernetes: KubernetesMetrics;
}

export interface FileMetrics {
  scanned(seconds: number): void;
  /** When the files were changed last, as far as they can be read. */
  changedAt(timesMs: ReadonlyMap<string, number>): void;
  readFailed(): void;
  watchFailed(): void;
}

export interface KubernetesMetrics {
  event(role: string, event: "add" | "update" | "delete"): void;
  /** The same client, whose requests are counted. */
  counted(client: HttpClient): HttpClient;
}

const quantiles = [0.5, 0.9, 0.99];

export function discoveryMetrics(meters: Meters, clock: Clock): DiscoveryMetrics {
  const plain = (name: string, help: string) =>
    meters.counter({ name: `prometheus_sd_${name}`, help }).with();
  const lookups = plain("dns_lookups_total", "The number of DNS-SD lookups.");
  const lookupFailures = plain(
    "dns_lookup_failures_total",
    "The number of DNS-SD lookup failures.",
  );
  const httpFailures = plain(
    "http_failures_total",
    "Number of HTTP service discovery refresh failures.",
  );
  return {
    refreshesOf: refreshMetrics(meters, clock),
    dns: {
      lookedUp: (outcome) => {
        lookups.add();
        if (outcome === "failed") lookupFailures.add();
      },
    },
    file: fileMetrics(meters, clock),
    http: { failed: () => httpFailures.add() },
    kubernetes: kubernetesMetrics(meters, clock),
  };
}

function refreshMetrics(meters: Meters, clock: Clock): DiscoveryMetrics["refreshesOf"] {
  const labelNames = ["mechanism", "config"];
  const failures = meters.counter({
    name: "prometheus_sd_refresh_failures_total",
    help: "Number of refresh failures for the given SD mechanism.",
    labelNames,
  });
  const histograms = meters.histogram({
    name: "prometheus_sd_refresh_duration_histogram_seconds",
    help: "How long refreshes took, by mechanism.",
    labelNames: ["mechanism"],
    buckets: [0.01, 0.1, 1, 10],
  });
  const durations = new Map<string, SectionName & { readonly values: RecentValues }>();
  meters.summary(
    {
      name: "prometheus_sd_refresh_duration_seconds",
      help: "How long refreshes took, by mechanism and job.",
      labelNames,
    },
    () =>
      Array.from(durations.values(), ({ mechanism, config, values }) => ({
        labelValues: [mechanism, config],
        value: values.summarize(clock.elapsedMs()),
      })),
  );
  return ({ mechanism, config }) => {
    const key = `${mechanism} ${config}`;
    const known = durations.get(key) ?? {
      mechanism,
      config,
      values: new RecentValues(quantiles),
    };
    durations.set(key, known);
    const failed = failures.with(mechanism, config);
    const histogram = histograms.with(mechanism);
    return {
      refreshed: (seconds) => {
        known.values.add(seconds, clock.elapsedMs());
        histogram.observe(seconds);
      },
      failed: () => failed.add(),
    };
  };
}

function fileMetrics(meters: Meters, clock: Clock): FileMetrics {
  const readErrors = meters
    .counter({
      name: "prometheus_sd_file_read_errors_total",
      help: "The number of File-SD read errors.",
    })
    .with();
  const watchErrors = meters
    .counter({
      name: "prometheus_sd_file_watcher_errors_total",
      help: "The number of File-SD errors caused by filesystem watch failures.",
    })
    .with();
  const scans = new RecentValues(quantiles);
  meters.summary(
    { name: "prometheus_sd_file_scan_duration_seconds", help: "How long reading all files took." },
    () => [{ labelValues: [], value: scans.summarize(clock.elapsedMs()) }],
  );
  const changedAtMs = new Map<string, number>();
  meters.sampled(
    {
      name: "prometheus_sd_file_mtime_seconds",
      help: "When each file that targets are read from was changed last.",
      labelNames: ["filename"],
    },
    "gauge",
    () => Array.from(changedAtMs, ([path, ms]) => ({ labelValues: [path], value: ms / 1_000 })),
  );
  return {
    scanned: (seconds) => scans.add(seconds, clock.elapsedMs()),
    changedAt: (timesMs) => {
      for (const [path, ms] of timesMs) changedAtMs.set(path, ms);
    },
    readFailed: () => readErrors.add(),
    watchFailed: () => watchErrors.add(),
  };
}

function kubernetesMetrics(meters: Meters, clock: Clock): KubernetesMetrics {
  const events = meters.counter({
    name: "prometheus_sd_kubernetes_events_total",
    help: "The number of Kubernetes events handled.",
    labelNames: ["role", "event"],
  });
  const failures = meters
    .counter({
      name: "prometheus_sd_kubernetes_failures_total",
      help: "The number of failed WATCH/LIST requests.",
    })
    .with();
  const requests = meters.counter({
    name: "prometheus_sd_kubernetes_http_request_total",
    help: "Requests to the Kubernetes API by status code; <error> where no answer came.",
    labelNames: ["status_code"],
  });
  const durations = new Map<string, RecentValues>();
  meters.summary(
    {
      name: "prometheus_sd_kubernetes_http_request_duration_seconds",
      help: "How long requests to the Kubernetes API took until the answer began.",
      labelNames: ["endpoint"],
    },
    () =>
      Array.from(durations, ([endpoint, values]) => ({
        labelValues: [endpoint],
        value: values.summarize(clock.elapsedMs()),
      })),
  );
  const took = (url: string, startedMs: number) => {
    const endpoint = new URL(url).pathname;
    const values = durations.get(endpoint) ?? new RecentValues([]);
    durations.set(endpoint, values);
    const nowMs = clock.elapsedMs();
    values.add((nowMs - startedMs) / 1_000, nowMs);
  };
  return {
    event: (role, event) => events.with(role, event).add(),
    counted: (client) => ({
      async send(request, signal) {
        const startedMs = clock.elapsedMs();
        try {
          const response = await client.send(request, signal);
          requests.with(String(response.status)).add();
          if (response.status >= 400) failures.add();
          took(request.url, startedMs);
          return response;
        } catch (error) {
          // Being stopped is no failure; everything else is the caller's to handle, and counts here.
          if (!signal.aborted) {
            requests.with("<error>").add();
            failures.add();
          }
          throw error;
        }
      },
      [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
    }),
  };
}

/** Tells what finders have found and told, by who looks with them. */
export function showFinders(meters: Meters, finders: Readonly<Record<string, TargetFinder>>): void {
  const all = Object.entries(finders);
  const byName = (
    [type, name, help]: readonly ["counter" | "gauge", string, string],
    read: (finder: TargetFinder) => number,
  ) =>
    meters.sampled({ name: `prometheus_sd_${name}`, help, labelNames: ["name"] }, type, () =>
      all.map(([who, finder]) => ({ labelValues: [who], value: read(finder) })),
    );
  byName(
    ["counter", "received_updates_total", "Updates that came from discoverers."],
    ({ counters }) => counters.received,
  );
  byName(
    ["counter", "updates_total", "Updates that were handed on."],
    ({ counters }) => counters.told,
  );
  byName(
    ["counter", "updates_delayed_total", "Updates that had to wait for others to join them."],
    ({ counters }) => counters.delayed,
  );
  byName(["gauge", "failed_configs", "Sections that could not be started."], () => 0);
  const byJob = (
    name: string,
    help: string,
    read: (finder: TargetFinder) => ReadonlyMap<string, number>,
  ) =>
    meters.sampled(
      { name: `prometheus_sd_${name}`, help, labelNames: ["name", "config"] },
      "gauge",
      () =>
        all.flatMap(([who, finder]) =>
          Array.from(read(finder), ([config, value]) => ({ labelValues: [who, config], value })),
        ),
    );
  byJob("discovered_targets", "Current number of discovered targets.", (finder) =>
    finder.discoveredCounts(),
  );
  byJob("last_update_timestamp_seconds", "When each job's targets were told last.", (finder) =>
    finder.toldAtSeconds(),
  );
}
