/** Gathers what is to be known of an object of the Prometheus Operator's kinds, and has it explained. */

import { type Fields, type KindSchema, type Live, type ObjectKey, type TypeOf } from "#api";
import { endpoints, namespace, pod, service } from "#api/core/v1";
import { podMonitor, probe, prometheusRule, serviceMonitor } from "#api/monitoring/v1";
import { scrapeConfig } from "#api/monitoring/v1alpha1";
import { type Client, createClient } from "#client";
import {
  type Explanation,
  explainPodMonitor,
  explainProbe,
  explainPrometheusRule,
  explainScrapeConfig,
  explainServiceMonitor,
} from "#operator";
import type { MonitorAddress } from "../ask-monitor.ts";
import { findConfig, monitorUrl, placeOf } from "../cluster.ts";
import type { CommandContext } from "../command.ts";
import { openCluster } from "../stack/open-cluster.ts";
import { UsageError } from "../usage-error.ts";
import { readEngineFacts } from "./engine-facts.ts";
import type { WhyFlagValues } from "./flags.ts";

interface Question {
  readonly client: Client;
  readonly monitor: MonitorAddress;
  readonly key: ObjectKey;
  readonly signal: AbortSignal;
}

type Explain = (question: Question) => Promise<Explanation>;

/** By what a person may call the kind. */
const explainers: ReadonlyMap<string, Explain> = new Map<string, Explain>(
  [
    { kind: serviceMonitor, explain: whyServiceMonitor },
    { kind: podMonitor, explain: whyPodMonitor },
    { kind: probe, explain: whyProbe },
    { kind: scrapeConfig, explain: whyScrapeConfig },
    { kind: prometheusRule, explain: whyPrometheusRule },
  ].flatMap(({ kind, explain }) => {
    const { name = "", singular = "", shortNames = [] } = kind.resource ?? {};
    return [name, singular, ...shortNames].map((word) => [word, explain] as const);
  }),
);

/** Throws for an object that is not there. */
export async function explainObject(
  context: CommandContext,
  word: string,
  flags: WhyFlagValues,
  given: readonly string[],
): Promise<Explanation> {
  const [kind = "", name = "", ...rest] = word.split("/");
  const explain = explainers.get(kind.toLowerCase());
  if (explain === undefined || name === "" || rest.length > 0) {
    throw new UsageError(
      `monitor why takes servicemonitor/NAME, podmonitor/NAME, probe/NAME, scrapeconfig/NAME or prometheusrule/NAME, not "${word}"`,
    );
  }
  const url = await monitorOf(context, flags);
  const cluster = await openCluster(context, flags, given);
  return explain({
    client: createClient(cluster.transport),
    monitor: { connector: context.connector, url },
    key: { namespace: cluster.namespace, name },
    signal: context.signal,
  });
}

async function monitorOf(context: CommandContext, flags: WhyFlagValues): Promise<URL> {
  if (flags.monitor !== undefined) {
    if (URL.canParse(flags.monitor)) return new URL(flags.monitor);
    throw new UsageError(`--monitor must be a URL, not "${flags.monitor}"`);
  }
  const place = placeOf(context, flags);
  const config = await findConfig(context.disk, place.directory);
  if (config === undefined || config.monitorPort === "none") {
    throw new Error(`cluster "${place.name}" has no monitoring engine; name one with --monitor`);
  }
  return new URL(monitorUrl(config));
}

async function whyServiceMonitor(question: Question): Promise<Explanation> {
  const { client, signal, key } = question;
  const monitor = await client.of(serviceMonitor).get(key, signal);
  const engine = await engineOf(question, { jobPrefix: jobOf("serviceMonitor", key) });
  return explainServiceMonitor({
    monitor,
    engine,
    namespaces: await namesOf(question),
    services: await allOf(question, service),
    endpoints: await allOf(question, endpoints),
  });
}

async function whyPodMonitor(question: Question): Promise<Explanation> {
  const { client, signal, key } = question;
  const monitor = await client.of(podMonitor).get(key, signal);
  const engine = await engineOf(question, { jobPrefix: jobOf("podMonitor", key) });
  const namespaces = await namesOf(question);
  return explainPodMonitor({ monitor, engine, namespaces, pods: await allOf(question, pod) });
}

async function whyProbe(question: Question): Promise<Explanation> {
  const { client, signal, key } = question;
  const object = await client.of(probe).get(key, signal);
  return explainProbe(object, await engineOf(question, { jobPrefix: jobOf("probe", key) }));
}

async function whyScrapeConfig(question: Question): Promise<Explanation> {
  const { client, signal, key } = question;
  const object = await client.of(scrapeConfig).get(key, signal);
  const engine = await engineOf(question, { jobPrefix: jobOf("scrapeConfig", key) });
  return explainScrapeConfig(object, engine);
}

async function whyPrometheusRule(question: Question): Promise<Explanation> {
  const { client, signal, key } = question;
  const object = await client.of(prometheusRule).get(key, signal);
  const ruleFile = `/${key.namespace}-${key.name}-${object.metadata.uid}.yaml`;
  return explainPrometheusRule(object, await engineOf(question, { ruleFile }));
}

function jobOf(kind: string, { namespace: place, name }: ObjectKey): string {
  return `${kind}/${place}/${name}`;
}

function engineOf(
  { monitor, signal }: Question,
  {
    jobPrefix = "none",
    ruleFile = "",
  }: { readonly jobPrefix?: string; readonly ruleFile?: string },
) {
  return readEngineFacts(monitor, { jobPrefix, ruleFile }, signal);
}

async function namesOf(question: Question): Promise<readonly string[]> {
  return (await allOf(question, namespace)).map(({ metadata }) => metadata.name);
}

async function allOf<F extends Fields>(
  { client, signal }: Question,
  kind: KindSchema<F>,
): Promise<readonly Live<TypeOf<KindSchema<F>>>[]> {
  return (await client.of(kind).list({}, signal)).items;
}
