/** The monitoring engine of a cluster: one of its parts, which finds and watches all others. */
import { type ClusterConfig, type PrometheusSettings, within } from "#cli";
import { createClient, InformerSet, QueueingEventRecorder } from "#client";
import {
  openHttpTransport,
  openLogger,
  realClock,
  realDisk,
  realTimeZones,
  systemRandom,
} from "#host";
import { createKubeState } from "#kubestate";
import { configDefaults, parseConfig } from "#promconfig";
import { defaultParserOptions } from "#promql";
import { formatClusterRules } from "#rules";
import { openPki } from "../credentials.ts";
import { openLiveIdentity } from "../live-identity.ts";
import { readLocalNetwork } from "../local-network.ts";
import { StatusReporter } from "../objects/status-reporter.ts";
import { clusterOnCall } from "../oncall/cluster-parts.ts";
import { type RunningPart, runParts } from "../run-parts.ts";
import { startupGarbagePart } from "../startup-garbage.ts";
import { ClusterAlertmanager } from "./cluster-alertmanager.ts";
import { clusterConnector } from "./cluster-connector.ts";
import { clusterPages, clusterRoutes } from "./cluster-views/cluster-routes.ts";
import { formatClusterScrapes, kubeStatePath } from "./cluster-scrapes.ts";
import { MemoryFiles } from "./operated/memory-files.ts";
import {
  OperatedConfig,
  type OperatedConfigDeps,
  type Reloadable,
} from "./operated/operated-config.ts";
import { VerdictReporter } from "./operated/verdict-reporter.ts";
import { policyCheck } from "./policies/policy-check.ts";
import { PolicyObjects } from "./policies/policy-objects.ts";
import { type PrometheusSurroundings, runPrometheus } from "./prometheus.ts";
import type { PolicyBackTest } from "./sigma-policies.ts";

export interface MonitoredCluster {
  readonly directory: string;
  readonly config: ClusterConfig;
}

/** Runs until the signal aborts. */
export async function runClusterMonitor(
  place: MonitoredCluster,
  settings: PrometheusSettings,
  surroundings: Pick<PrometheusSurroundings, "env" | "pagesDirectory">,
  signal: AbortSignal,
): Promise<void> {
  const { directory, config } = place;
  using logger = openLogger(realClock, { target: "stdout", level: "info", format: "json" });
  const network = await readLocalNetwork(realDisk, directory);
  const pki = await openPki({ disk: realDisk, clock: realClock }, directory);
  const ports = { clock: realClock, random: systemRandom, log: logger };
  const identity = await openLiveIdentity(ports, { pki, config, network }, { kind: "monitor" });
  await using transport = await openHttpTransport({
    server: { host: "127.0.0.1", port: config.port },
    tls: () => identity.tls,
    bearerToken: undefined,
    protocol: "http2",
  });
  const client = createClient(transport);
  const informers = new InformerSet({ ...ports, client });
  const kubeState = createKubeState({ ...ports, client });
  await writeConfiguration(place);
  const ownCluster = { client, informers, ownNamespace: "" };
  const textPages = new Map([[kubeStatePath, () => kubeState.write()]]);
  const connector = clusterConnector(config, network.hostAddress);
  const objects = operatedParts(place, { ...ports, ...surroundings, client, informers });
  const around = {
    ...surroundings,
    clock: realClock,
    workingDirectory: directory,
    connector,
    ownCluster,
    textPages,
    furtherRoutes: clusterRoutes({ client, informers }),
    furtherPages: [...clusterPages, ...objects.pages],
    mounts: objects.mounts,
    disk: objects.disk,
    // Who applies rules waits to see what they do.
    addedRuleGroups: "at once",
    onOpened: objects.useEngine,
    onBackTested: objects.noteBackTest,
  } as const;
  await runParts(
    [
      { name: "certificate", run: (ending) => identity.run(ending) },
      { name: "informers", run: (ending) => informers.run(ending) },
      { name: "state of objects", run: (ending) => kubeState.run(ending) },
      startupGarbagePart,
      ...objects.parts,
      { name: "engine", run: (ending) => runPrometheus(asPart(settings), around, ending) },
    ],
    signal,
  );
}

/** What heeds the cluster's monitoring objects: beside the engine, which reads its files from `disk`. */
function operatedParts(
  place: MonitoredCluster,
  around: Pick<OperatedConfigDeps, "client" | "informers" | "clock" | "log"> &
    Pick<PrometheusSurroundings, "env" | "pagesDirectory">,
) {
  const { directory, config } = place;
  const files = new MemoryFiles();
  const policyFiles = new MemoryFiles();
  const engine = Promise.withResolvers<Reloadable>();
  const context = translationContext(place);
  const events = new QueueingEventRecorder(around, { component: "wherry-monitor" });
  const alertmanager =
    config.alertingPort === "none"
      ? undefined
      : new ClusterAlertmanager(place, config.alertingPort);
  const operated = new OperatedConfig({
    ...around,
    files,
    engine: engine.promise,
    reporter: new VerdictReporter({ ...around, events }),
    context,
    applyAlerting: async (parts) => alertmanager?.applyParts("objects", parts),
  });
  const policies = new PolicyObjects({
    ...around,
    files: policyFiles,
    directory: `${directory}/${policyDirectory}`,
    engine: engine.promise,
    reporter: new StatusReporter({ ...around, events }),
    check: policyCheck(context.parser, context.global),
  });
  const parts: RunningPart[] = [
    { name: "events", run: (ending) => events.run(ending) },
    { name: "monitoring objects", run: (ending) => operated.run(ending) },
    { name: "policies", run: (ending) => policies.run(ending) },
  ];
  if (alertmanager !== undefined) {
    const { onCall, parts: onCallParts } = clusterOnCall(place, alertmanager, {
      ...around,
      events,
    });
    const run = (ending: AbortSignal) => alertmanager.run({ ...around, onCall }, ending);
    parts.push({ name: "alertmanager", run }, ...onCallParts);
  }
  const alerting = alertmanager === undefined ? noAlerting : alertingBeside(alertmanager);
  const noteBackTest = (backTest: PolicyBackTest) => policies.noteBackTest(backTest);
  const disk = policyFiles.over(files.over(realDisk));
  return { parts, disk, useEngine: engine.resolve, noteBackTest, ...alerting };
}

const noAlerting = { pages: [], mounts: [] } as const;

/** What the engine's pages show of the Alertmanager, and where they ask it. */
function alertingBeside({ handler }: ClusterAlertmanager) {
  const mounts = ["/api/v2", "/oncall"].map((path) => ({ path, handler }));
  const pages = ["alert-groups", "silences", "alerting-status", "on-call", "incidents", "reports"];
  return { pages: pages.map((page) => `/${page}`), mounts };
}

/** How objects are checked: against the configuration that they are going to be a part of. */
function translationContext({ directory, config }: MonitoredCluster) {
  const options = { directory, env: () => undefined, defaults: configDefaults };
  const { global } = parseConfig(formatClusterScrapes(config), options);
  return { directory, global, parser: defaultParserOptions, zones: realTimeZones };
}

/** Within the cluster's directory: what SigmaPolicies and BurnRatePolicies say. */
const policyDirectory = "operated-policies";

/** All parts of a cluster write their lines alike; its engine goes by the policies of its objects. */
function asPart(settings: PrometheusSettings): PrometheusSettings {
  const policyFiles = [...settings.flags["sigma.policy-file"], `${policyDirectory}/*.yaml`];
  const own = { "log.format": "json", "sigma.policy-file": policyFiles } as const;
  return { ...settings, flags: { ...settings.flags, ...own } };
}

/** Writes what is ours; what the cluster's owner adds has directories of its own beside it. */
async function writeConfiguration({ directory, config }: MonitoredCluster): Promise<void> {
  await realDisk.makeDirectory(within.monitorExtras(directory), { mode: 0o700 });
  await realDisk.makeDirectory(within.monitorRules(directory), { mode: 0o700 });
  await realDisk.makeDirectory(within.monitorTargets(directory), { mode: 0o700 });
  await realDisk.replaceFile(within.monitorOwnRules(directory), formatClusterRules());
  await realDisk.replaceFile(within.monitorConfig(directory), formatClusterScrapes(config));
}
