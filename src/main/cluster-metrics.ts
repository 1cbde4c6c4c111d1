/** Custom and external metrics of a cluster: rules, and PromQL of its own monitoring engine. */

import { type JsonValue, listAt, textAt } from "#api";
import { configMap } from "#api/core/v1";
import { scaledObject } from "#api/keda/v1alpha1";
import type { DynamicGroup } from "#apiserver";
import type { Logger } from "#base";
import { type ClusterConfig, within } from "#cli";
import { type Client, type InformerSet, QueueingEventRecorder } from "#client";
import {
  type ControllerOptions,
  type PromValues,
  readTriggerMetric,
  TriggerHealth,
} from "#controllers";
import { openHttpTransport, realClock, realDisk, realTimeZones, systemRandom } from "#host";
import {
  type ApiResource,
  CatalogKeeper,
  customMetricsGroup,
  externalMetricsGroup,
  externalRules,
  type ExternalSource,
  type ObjectNames,
  type PromQueries,
  QueryRefusal,
  type RuleReport,
  type RuleSource,
} from "#metricapis";
import { metricQueries, noMetricQueries } from "./metric-queries.ts";
import type { RunningPart } from "./run-parts.ts";

/** Where users of the metrics adapter have its rules, and under which name in there. */
const ruleMap = { namespace: "monitoring", name: "adapter-config" };
const ruleMapEntry = "config.yaml";

export interface ClusterMetricsDeps {
  /** The cluster's own. */
  readonly directory: string;
  readonly log: Logger;
  /** Asked once the server runs. */
  readonly client: () => Client;
  readonly informers: () => InformerSet;
}

export interface ClusterMetrics extends AsyncDisposable {
  readonly groups: readonly DynamicGroup[];
  /** How triggers of ScaledObjects are read. */
  readonly triggers: ControllerOptions["triggers"];
  parts(): readonly RunningPart[];
}

/** Without a monitoring engine nobody serves custom metrics, as on a cluster without an adapter. */
export async function openClusterMetrics(
  { monitorPort }: ClusterConfig,
  deps: ClusterMetricsDeps,
): Promise<ClusterMetrics> {
  const health = new TriggerHealth();
  if (monitorPort === "none") {
    const triggers = { prom: promValues(noMetricQueries), health };
    return {
      groups: [externalMetricsGroup([triggerSource(deps, triggers)])],
      triggers,
      parts: () => [],
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const transport = await openHttpTransport({
    server: { host: "127.0.0.1", port: monitorPort },
    tls: "plain",
    bearerToken: undefined,
    protocol: "http1",
  });
  const { client } = deps;
  const clock = realClock;
  const queries = metricQueries({ clock, transport });
  const triggers = { prom: promValues(queries), health };
  const reports = new RuleReports(deps);
  const report = (what: RuleReport) => reports.tell(what);
  const keeper = new CatalogKeeper({ clock, queries, source: ruleSource(deps), report });
  return {
    groups: [
      customMetricsGroup({ clock, keeper, queries, objects: objectNames(client) }),
      externalMetricsGroup([triggerSource(deps, triggers), externalRules(keeper, queries)]),
    ],
    triggers,
    parts: () => [
      { name: "metric rules", run: (signal) => keeper.run(signal) },
      { name: "metric rule reports", run: (signal) => reports.run(signal) },
    ],
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

/** The figures of ScaledObjects, each of which its autoscaler asks for by the object's name. */
function triggerSource(
  { client, informers }: ClusterMetricsDeps,
  triggers: ControllerOptions["triggers"],
): ExternalSource {
  const scaledObjects = () => informers().of(scaledObject).cache;
  const clock = realClock;
  const deps = { ...triggers, clock, timeZones: realTimeZones, client, scaledObjects };
  // They are of nobody's interest but the autoscalers', and called alike.
  return { names: () => [], read: (asked, signal) => readTriggerMetric(deps, asked, signal) };
}

function promValues(queries: PromQueries): PromValues {
  return {
    async values(query, signal) {
      const result = await queries.query(query, signal);
      switch (result.kind) {
        case "scalar":
          return [result.value];
        case "vector":
          return result.samples.map(({ value }) => value);
        case "other":
          throw new QueryRefusal(`prometheus query ${query} returned a ${result.type}`);
      }
    },
  };
}

/** The ConfigMap goes before the file. */
function ruleSource({ client, directory }: ClusterMetricsDeps): RuleSource {
  return {
    async read(signal) {
      const found = await client().of(configMap).find(ruleMap, signal);
      const text = found?.data?.[ruleMapEntry];
      if (text !== undefined) {
        return { text, origin: `ConfigMap ${ruleMap.namespace}/${ruleMap.name}` };
      }
      const path = within.metricRules(directory);
      const bytes = await realDisk.findFile(path);
      return bytes && { text: new TextDecoder().decode(bytes), origin: path };
    },
  };
}

/** Tells what is wrong with the rules: in the log, and by Events of the ConfigMap that has them. */
class RuleReports {
  readonly #deps: ClusterMetricsDeps;
  #recorder: QueueingEventRecorder | undefined;

  constructor(deps: ClusterMetricsDeps) {
    this.#deps = deps;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { client, log } = this.#deps;
    const deps = { client: client(), clock: realClock, random: systemRandom, log };
    this.#recorder = new QueueingEventRecorder(deps, { component: "metrics-adapter" });
    await this.#recorder.run(signal);
  }

  tell({ origin = "the default rules", problems }: RuleReport): void {
    const { log } = this.#deps;
    log.info("metric rules loaded", { origin, problemCount: problems.length });
    for (const problem of problems) {
      log.warn("a metric rule is wrong", { origin, problem });
      if (!origin.startsWith("ConfigMap ")) continue;
      const subject = { apiVersion: "v1", kind: "ConfigMap", metadata: ruleMap };
      const facts = { type: "Warning", reason: "InvalidMetricRule", message: problem } as const;
      this.#recorder?.record(subject, facts);
    }
  }
}

function objectNames(client: () => Client): ObjectNames {
  return {
    async list(resource, namespace, labelSelector, signal) {
      const query = new URLSearchParams(labelSelector === "" ? {} : { labelSelector });
      const target = `${pathOf(resource, namespace)}?${query.toString()}`;
      const list = await client().exchange({ method: "GET", target }, signal);
      return listAt(list, "items").map((item: JsonValue) => textAt(item, "metadata", "name"));
    },
  };
}

function pathOf({ group, version, resource }: ApiResource, namespace: string): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespace === "" ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${place}/${resource}`;
}
