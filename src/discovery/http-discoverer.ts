import type { HttpClient } from "#outbound";
import { readBody } from "#outbound";
import { type HttpDiscovery, parseJsonTargetGroups } from "#promconfig";
import type { DiscoveryMetrics } from "./discovery-metrics.ts";
import { createRefreshing, type RefreshDeps } from "./refreshing.ts";
import { groupOf } from "./static-discoverer.ts";
import type { Discoverer, TargetGroup } from "./target-group.ts";

/** More than the targets of any server that could scrape them. */
const bodyBytesMax = 256 * 1024 * 1024;

/** Targets that a server lists as JSON. */
export function createHttpDiscoverer(
  deps: RefreshDeps & {
    readonly client: HttpClient;
    readonly http: DiscoveryMetrics["http"];
  },
  config: HttpDiscovery,
): Discoverer {
  return createRefreshing(deps, {
    intervalMs: config.refreshIntervalMs,
    refresh: async (signal) => {
      try {
        return await fetchGroups(deps.client, config, signal);
      } catch (error) {
        // Counted under a name of its own, too.
        if (!signal.aborted) deps.http.failed();
        throw error;
      }
    },
  });
}

async function fetchGroups(
  client: HttpClient,
  { url, refreshIntervalMs }: HttpDiscovery,
  signal: AbortSignal,
): Promise<readonly TargetGroup[]> {
  const headers = {
    accept: "application/json",
    "x-prometheus-refresh-interval-seconds": String(refreshIntervalMs / 1_000),
  };
  const request = { method: "GET", url, headers, body: undefined, unixPath: undefined };
  const response = await client.send(request, signal);
  const body = await readBody(response, { bytesMax: bodyBytesMax });
  if (response.status !== 200) {
    throw new Error(`server returned HTTP status ${response.status}`);
  }
  const type = String(response.headers["content-type"] ?? "").trim();
  if (!/^application\/json(;\s*charset=("utf-8"|utf-8))?$/i.test(type)) {
    throw new Error(`unsupported content type ${JSON.stringify(type)}`);
  }
  return parseJsonTargetGroups(new TextDecoder().decode(body)).map((group, index) =>
    groupOf(group, { source: `${url}:${index}`, label: ["__meta_url", url] }),
  );
}
