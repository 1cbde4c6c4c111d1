/**
 * Figures by the metrics APIs: `metrics.k8s.io`, `custom.metrics.k8s.io` and `external.metrics.k8s.io`,
 * whoever serves them. Source of the behaviour and of the words: upstream's
 * `pkg/controller/podautoscaler/metrics`.
 */

import {
  hasReason,
  type JsonValue,
  listAt,
  parseDuration,
  parseQuantity,
  parseTime,
  quantityMillis,
  textAt,
  valueAt,
} from "#api";
import { type PodMetrics, podMetrics } from "#api/metrics/v1beta1";
import type { Client } from "#client";
import type {
  Measured,
  MetricsSource,
  ObjectMetricQuestion,
  PodReading,
  PodReadings,
  ResourceQuestion,
} from "./metrics-source.ts";
import { findResourcePath } from "../resource-path.ts";

const customRoot = "/apis/custom.metrics.k8s.io/v1beta2";
/** What is said of paths of which nothing is served; unknown metrics are told of otherwise. */
const unservedMessage = "the server could not find the requested resource";
const externalRoot = "/apis/external.metrics.k8s.io/v1beta1";
/** The span of a custom metric that does not tell its own. */
const windowMsDefault = 60_000;

export function apiMetrics(client: Client): MetricsSource {
  return {
    async readResource(question, signal) {
      const { namespace, pods } = question;
      return measuredBy("resource", signal, async () => {
        const options = { namespace, labelSelector: pods };
        const { items } = await client.of(podMetrics).list(options, signal);
        return items.length === 0 ? undefined : resourceReadings(items, question);
      });
    },
    async readPodsMetric({ namespace, pods, metric, series }, signal) {
      const path = `${customRoot}/namespaces/${namespace}/pods/*/${encodeURIComponent(metric)}`;
      const target = withSelectors(path, { labelSelector: pods, metricLabelSelector: series });
      return measuredBy("custom", signal, async () => {
        const items = listAt(await client.exchange({ method: "GET", target }, signal), "items");
        return items.length === 0 ? undefined : customReadings(items);
      });
    },
    async readObjectMetric(question, signal) {
      return measuredBy("custom", signal, async () => {
        const path = await objectMetricPath(client, question, signal);
        const target = withSelectors(path, { metricLabelSelector: question.series });
        const [item] = listAt(await client.exchange({ method: "GET", target }, signal), "items");
        return item === undefined ? undefined : millisOf(textAt(item, "value"));
      });
    },
    async readExternalMetric({ namespace, metric, series }, signal) {
      const path = `${externalRoot}/namespaces/${namespace}/${encodeURIComponent(metric)}`;
      const target = withSelectors(path, { labelSelector: series });
      return measuredBy("external", signal, async () => {
        const items = listAt(await client.exchange({ method: "GET", target }, signal), "items");
        return items.length === 0
          ? undefined
          : items.map((item) => millisOf(textAt(item, "value")));
      });
    },
  };
}

type Api = "resource" | "custom" | "external";

async function measuredBy<T>(
  api: Api,
  signal: AbortSignal,
  read: () => Promise<T | undefined>,
): Promise<Measured<T>> {
  try {
    const value = await read();
    if (value !== undefined) return { kind: "measured", value };
    return { kind: "unavailable", why: `no metrics returned from ${api} metrics API` };
  } catch (error) {
    // Whatever keeps the figures away, the autoscaler's owner is told and the next look tries again.
    if (signal.aborted) throw error;
    const why = `unable to fetch metrics from ${api} metrics API: ${reasonOf(api, error)}`;
    return { kind: "unavailable", why };
  }
}

function reasonOf(api: Api, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Nobody serves the group.
  const isUnserved = hasReason(error, "NotFound") && message === unservedMessage;
  if (api !== "custom" || !isUnserved) return message;
  return "no custom metrics API (custom.metrics.k8s.io) registered";
}

function resourceReadings(
  items: readonly PodMetrics[],
  { resource, container }: ResourceQuestion,
): PodReadings {
  const readings = new Map<string, PodReading>();
  for (const { metadata, timestamp, window, containers } of items) {
    const counted = containers.filter(({ name }) => container === undefined || name === container);
    const amounts = counted.map(({ usage }) => usage[resource]);
    const known = amounts.filter((amount) => amount !== undefined);
    // A pod of which one container is unknown is unknown: its sum would be too small.
    if (known.length === 0 || known.length < amounts.length) continue;
    const millis = known.reduce((sum, amount) => sum + millisOf(amount), 0n);
    const reading = { atMs: parseTime(timestamp), windowMs: parseDuration(window), millis };
    readings.set(metadata?.name ?? "", reading);
  }
  return readings;
}

function customReadings(items: readonly JsonValue[]): PodReadings {
  return new Map(
    items.map((item) => {
      const seconds = valueAt(item, "windowSeconds");
      const reading = {
        atMs: parseTime(textAt(item, "timestamp")),
        windowMs: typeof seconds === "number" ? seconds * 1000 : windowMsDefault,
        millis: millisOf(textAt(item, "value")),
      };
      return [textAt(item, "describedObject", "name"), reading] as const;
    }),
  );
}

/** Of a namespace the one of the autoscaler itself: nobody reaches beyond it. */
async function objectMetricPath(
  client: Client,
  { namespace, object, metric }: ObjectMetricQuestion,
  signal: AbortSignal,
): Promise<string> {
  const root = `${customRoot}/namespaces/${namespace}`;
  const { apiVersion = "", kind, name } = object;
  if (kind === "Namespace" && !apiVersion.includes("/")) {
    return `${root}/metrics/${encodeURIComponent(metric)}`;
  }
  const { group, resource } = await findResourcePath(client, { apiVersion, kind }, signal);
  const qualified = group === "" ? resource : `${resource}.${group}`;
  return `${root}/${qualified}/${encodeURIComponent(name)}/${encodeURIComponent(metric)}`;
}

function withSelectors(path: string, selectors: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(Object.entries(selectors).filter(([, text]) => text !== ""));
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

function millisOf(text: string): bigint {
  return BigInt(quantityMillis(parseQuantity(text)));
}
