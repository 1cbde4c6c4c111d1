/** `wherry alertmanager`: the alerting part as a program of its own. */
import { Alertmanager, below, createAlertmanagerServer, StateFile } from "#alerting";
import {
  type Clock,
  describeError,
  type HttpHandler,
  type HttpResponse,
  type Logger,
  type ReceivedRequest,
  sleep,
} from "#base";
import type { AlertmanagerProgramSettings } from "#cli";
import { answerMetrics, type MetricFamily, MetricRegistry, metricsFormats } from "#exposition";
import {
  onReloadSignal,
  openHttpServer,
  openLogger,
  realDisk,
  realMachine,
  systemRandom,
} from "#host";
import { findHeader } from "#http";
import { WebUsers } from "#promconfig";
import { parseDuration } from "#series";
import { externalUrlOf } from "../monitor/external-url.ts";
import { pageFilesIn } from "../monitor/page-files.ts";
import { listenAddressOf } from "../monitor/settings.ts";
import { guarded } from "../monitor/web.ts";
import { identityOf, webConfigOf } from "../monitor/web-identity.ts";
import { type FileOnCall, type OnCallBeside, openFileOnCall } from "../oncall/file-on-call.ts";
import type { OnCallSettings } from "../oncall/on-call-part.ts";
import { pageEverything } from "../oncall/page-everything.ts";
import { suppressedReports } from "../oncall/suppressed-reports.ts";
import { takeOnCallBy } from "../oncall/take-on-call.ts";
import { registerProcessMetrics } from "../process-metrics.ts";
import { openAt } from "../open-at.ts";
import { AlertmanagerMetrics } from "./alertmanager-metrics.ts";
import { ConfiguredReceivers, type Environment } from "./configured-receivers.ts";
import { LoadedConfiguration } from "./loaded-configuration.ts";
import { openPeering, type Peering } from "./peering.ts";

/** The version of upstream's program whose behaviour this is. */
const alertmanagerVersion = "0.34.0";
/** How long requests may take to finish when the program stops. */
const closeGraceMs = 5_000;

export interface AlertmanagerSurroundings {
  readonly clock: Clock;
  readonly env: Environment;
  /** Where the built pages are. */
  readonly pagesDirectory: string;
  /** On-call that others run; undefined: the settings say whether there is any. */
  readonly onCall: OnCallBeside | undefined;
  /** Called when everything is open. */
  readonly onOpened: (program: AlertmanagerProgram) => void;
}

export interface AlertmanagerProgram {
  /** Reads the configuration anew; rejects with what is wrong with it. */
  readonly reload: () => Promise<void>;
  /** What its ports serve, without prefix and passwords. */
  readonly handler: HttpHandler;
}

/** Runs until the signal aborts. Rejects when it cannot start. */
export async function runAlertmanager(
  settings: AlertmanagerProgramSettings,
  surroundings: AlertmanagerSurroundings,
  signal: AbortSignal,
): Promise<void> {
  const { clock, env, pagesDirectory, onOpened } = surroundings;
  const { flags, configFile, storagePath } = settings;
  using log = openLogger(clock, {
    target: "stdout",
    level: flags["log.level"],
    format: flags["log.format"],
  });
  log.info("starting", { version: alertmanagerVersion, file: configFile });
  const registry = openRegistry();
  const ports = { clock, meters: registry };
  const metrics = new AlertmanagerMetrics(registry, clock);
  await realDisk.makeDirectory(storagePath);
  await using state = new StateFile({ disk: realDisk, log }, `${storagePath}/state.jsonl`);
  const externalUrl = await externalUrlFor(settings);
  await using ownOnCall = await openOwnOnCall(settings, { ...ports, env, externalUrl }, log);
  const oncall = surroundings.onCall ?? ownOnCall;
  const limit = flags["silences.max-silences"];
  const clusterLog = log.child({ component: "cluster" });
  await using peering = await openPeering(settings, { ...ports, log: clusterLog });
  metrics.clustered(settings.cluster !== undefined);
  const manager = openAlertmanager(state, { clock, log, metrics, limit, oncall, peering });
  metrics.observe(manager);
  await state.restore(manager, clock.nowMs());
  peering.share(manager, state);
  await using receivers = new ConfiguredReceivers({
    clock,
    env,
    externalUrl,
    log: log.child({ component: "notify" }),
    onTemplateFailure: (integration) => metrics.templateFailed(integration),
    takeOnCall: oncall && takeOnCallBy(oncall),
    textWithoutFile: settings.configNeed === "page without" ? pageEverything : undefined,
  });
  const loaded = new LoadedConfiguration({ receivers, manager, metrics, log }, configFile);
  await loaded.reload();
  const handler = createAlertmanagerServer({
    clock,
    log: log.child({ component: "api" }),
    manager,
    syntax: "either",
    settings: () => loaded.current.served,
    reload: () => loaded.reload(),
    version: alertmanagerVersion,
    cluster: peering.status,
    pages: pageFilesIn(realDisk, { directory: pagesDirectory, title: "Wherry alerting" }),
    onReceived: (counts) => metrics.received(counts),
    metrics: (accept) =>
      shownMetrics([...registry.families(), ...(oncall?.metrics() ?? [])], accept),
  });
  const counted = metrics.counting(handler);
  const whole = oncall?.beside(counted) ?? counted;
  await using _servers = await openServers(
    below(routePrefixOf(settings, externalUrl), whole),
    settings,
    log,
  );
  using _signal = reloadingBySignal(loaded, log);
  onOpened({ reload: () => loaded.reload(), handler: whole });
  await Promise.all([
    peering.run(signal),
    upkeep(manager, state, { clock, settings, log }, signal).finally(() => manager.stop()),
  ]);
  await state.save(manager);
  log.info("stopped");
}

function shownMetrics(families: readonly MetricFamily[], accept: string): HttpResponse {
  const { contentType, body } = answerMetrics(accept, families, metricsFormats);
  return { status: 200, headers: { "content-type": contentType }, body };
}

function reloadingBySignal(loaded: LoadedConfiguration, log: Logger): Disposable {
  return onReloadSignal(() => {
    loaded.reload().catch((error: unknown) => {
      // Nobody waits for the answer of a signal; the old configuration stays.
      log.debug("reload refused", { why: describeError(error) });
    });
  });
}

async function openOwnOnCall(
  settings: AlertmanagerProgramSettings,
  around: Omit<OnCallSettings, "identityOf">,
  log: Logger,
): Promise<FileOnCall | undefined> {
  const users = new WebUsers((await webConfigOf(settings.webConfigFile)).users);
  // Whoever gets this far has been let in by the server in front.
  const identityOf = ({ headers }: ReceivedRequest) => {
    const name = users.nameIn(findHeader(headers, "authorization"));
    return name === undefined ? undefined : { name, isLetIn: false };
  };
  return openFileOnCall(settings, { ...around, identityOf }, log);
}

/** With what the process and the version tell of themselves. */
function openRegistry(): MetricRegistry {
  const registry = new MetricRegistry();
  registerProcessMetrics(registry, realMachine);
  registry
    .gauge({
      name: "alertmanager_build_info",
      help: "A metric with a constant '1' value labeled by the version whose behaviour this is.",
      labelNames: ["version"],
    })
    .with(alertmanagerVersion)
    .set(1);
  return registry;
}

function openAlertmanager(
  state: StateFile,
  surroundings: {
    readonly clock: Clock;
    readonly log: Logger;
    readonly metrics: AlertmanagerMetrics;
    /** Of silences; 0 has none. */
    readonly limit: number;
    readonly peering: Peering;
    readonly oncall: OnCallBeside | undefined;
  },
): Alertmanager {
  const { clock, log, metrics, limit, oncall, peering } = surroundings;
  const manager = new Alertmanager(
    {
      clock,
      random: systemRandom,
      log: log.child({ component: "dispatcher" }),
      peers: peering.peers,
      onSuppressed: (suppressed) => {
        const { cause, groupKey, fingerprints } = suppressed;
        metrics.suppressed(suppressed, fingerprints.length);
        log.debug("alerts left out", { cause, group: groupKey, alerts: fingerprints.length });
        oncall?.noteSuppressed(suppressedReports(manager.alerts, suppressed));
      },
      onAttempt: (attempt) => {
        metrics.attempted(attempt);
        const { receiver, integration, durationMs, error } = attempt;
        if (error === undefined) log.debug("notified", { receiver, integration, durationMs });
      },
      onFailed: (integration, reason) => metrics.failed(integration, reason),
      onSilence: (silence) => {
        state.noteSilence(silence);
        peering.onSilence(silence);
      },
      onLogged: (entry) => {
        state.noteTold(entry);
        peering.onLogged(entry);
      },
    },
    { silencesMax: limit },
  );
  return manager;
}

async function externalUrlFor({ flags }: AlertmanagerProgramSettings): Promise<string> {
  const [first] = flags["web.listen-address"].map((text) => listenAddressOf(text));
  const { hostname } = await realMachine.describe();
  return externalUrlOf(flags["web.external-url"], { hostname, listenPort: first?.port ?? 0 });
}

function routePrefixOf({ flags }: AlertmanagerProgramSettings, externalUrl: string): string {
  const asked = flags["web.route-prefix"];
  const path = asked === "" ? new URL(externalUrl).pathname : asked;
  return `/${path.replace(/^\/+|\/+$/g, "")}`;
}

async function openServers(
  handler: HttpHandler,
  { flags, webConfigFile }: AlertmanagerProgramSettings,
  log: Logger,
): Promise<AsyncDisposable> {
  const web = await webConfigOf(webConfigFile);
  const entered = guarded(handler, new WebUsers(web.users));
  await using servers = new AsyncDisposableStack();
  for (const text of flags["web.listen-address"]) {
    const identity = await identityOf(web);
    const server = await openAt({ address: text, flag: "web.listen-address" }, () =>
      openHttpServer({ handler: entered, log }, { local: listenAddressOf(text), identity }),
    );
    servers.defer(() => server.close(closeGraceMs));
    log.info("listening", { address: server.local.address, port: server.local.port });
  }
  return servers.move();
}

interface UpkeepDeps {
  readonly clock: Clock;
  readonly settings: AlertmanagerProgramSettings;
  readonly log: Logger;
}

/** Forgets what is over and writes the state anew, each in its time, until the signal aborts. */
async function upkeep(
  manager: Alertmanager,
  state: StateFile,
  { clock, settings, log }: UpkeepDeps,
  signal: AbortSignal,
): Promise<void> {
  const { flags } = settings;
  const retentionMs = parseDuration(flags["data.retention"]);
  const collect = async () => manager.collect(retentionMs);
  const every = async (intervalMs: number, act: () => Promise<void>) => {
    while (!signal.aborted) {
      try {
        await sleep(clock, intervalMs, signal);
        await act();
      } catch (error) {
        if (signal.aborted) return;
        log.error("upkeep failed", { error: describeError(error) });
      }
    }
  };
  await Promise.all([
    every(parseDuration(flags["alerts.gc-interval"]), collect),
    every(parseDuration(flags["data.maintenance-interval"]), () => state.save(manager)),
  ]);
}
