/** `wherry prometheus`: the monitoring engine as a program of its own. */
import {
  type Clock,
  describeError,
  type Disk,
  type HttpConnector,
  type HttpHandler,
  type Logger,
  sleep,
} from "#base";
import type { PrometheusSettings } from "#cli";
import type { DiscoveryDeps } from "#discovery";
import {
  ConnectionLimit,
  onReloadSignal,
  openHttpServer,
  openLogger,
  realClock,
  realDisk,
  realDnsResolver,
  realGzip,
  realHttpConnector,
  realMachine,
  realZstd,
  systemRandom,
} from "#host";
import { compressing } from "#http";
import { type ApiRoute, textResponse } from "#promapi";
import { WebUsers } from "#promconfig";
import { type Monitor, type MonitorDeps, openMonitor } from "./monitor.ts";
import type { RuleOptions } from "#rules";
import { parseDuration } from "#series";
import type { ReplayProgress } from "#tsdb";
import type { Mount } from "./mounts.ts";
import { pageFilesIn } from "./page-files.ts";
import { registerProcessMetrics } from "../process-metrics.ts";
import { openAt } from "../open-at.ts";
import { prometheusVersion } from "./prometheus-version.ts";
import { serverFacts } from "./server-facts.ts";
import { featureList } from "./feature-list.ts";
import { Program } from "./program.ts";
import { listenAddressOf, type MonitorOptions, monitorOptions } from "./settings.ts";
import { startingHandler, SwappableHandler } from "./starting-handler.ts";
import { sigmaPages } from "./sigma-routes.ts";
import { guarded, monitorHandler, type WebSettings } from "./web.ts";
import { identityOf, webConfigOf } from "./web-identity.ts";

/** How long requests may take to finish when the program stops. */
const closeGraceMs = 5_000;

export interface PrometheusSurroundings {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Where the built pages are. */
  readonly pagesDirectory: string;
  readonly connector: HttpConnector;
  /** The cluster that discovery means when nothing else is said. */
  readonly ownCluster: DiscoveryDeps["ownCluster"];
  /** Further metrics in the text format, by the path that they are served at. */
  readonly textPages: ReadonlyMap<string, () => Iterable<string>>;
  /** Routes of the API that are not upstream's, and the paths of the pages that show what they tell. */
  readonly furtherRoutes: readonly ApiRoute[];
  readonly furtherPages: readonly string[];
  /** What else is served below the engine's address. */
  readonly mounts: readonly Mount[];
  /** Where the configuration and everything else is. */
  readonly disk: Disk;
  /** When rules that a reload adds are evaluated first. */
  readonly addedRuleGroups: RuleOptions["addedGroups"];
  /** Called when everything is open, right before it runs. */
  readonly onOpened: (engine: Pick<Monitor, "reload">) => void;
  readonly onBackTested: MonitorDeps["onBackTested"];
}

/** Of an engine that is no cluster's. */
export const aloneSurroundings: Omit<
  PrometheusSurroundings,
  "env" | "workingDirectory" | "pagesDirectory"
> = {
  clock: realClock,
  connector: realHttpConnector,
  ownCluster: undefined,
  textPages: new Map(),
  furtherRoutes: [],
  furtherPages: [],
  mounts: [],
  disk: realDisk,
  addedRuleGroups: "at their moments",
  onOpened: () => {},
  onBackTested: () => {},
};

/** Runs until the signal aborts. Rejects when it cannot start, and with what broke it. */
export async function runPrometheus(
  settings: PrometheusSettings,
  surroundings: PrometheusSurroundings,
  signal: AbortSignal,
): Promise<void> {
  const { flags } = settings;
  const { clock } = surroundings;
  using log = openLogger(clock, {
    target: "stdout",
    level: flags["log.level"],
    format: flags["log.format"],
  });
  const startedMs = clock.nowMs();
  log.info("starting", {
    mode: flags.agent ? "agent" : "server",
    version: prometheusVersion,
    file: settings.configFile,
  });
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  const offsetSeed = Math.floor(systemRandom.fork("scrape").fraction() * 2 ** 32);
  const { hostname } = await realMachine.describe();
  const options = monitorOptions(settings, { ...surroundings, offsetSeed, hostname }, (name) =>
    log.warn("unknown feature", { name }),
  );
  const program = new Program(() => stopped.abort(new Error("asked to quit")));
  const front = await openFront(settings, surroundings, { program, log, options });
  await using servers = front.servers;
  const onReplay = (progress: ReplayProgress) => program.noteReplay(progress);
  await using monitor = await openMonitor({ ...realDeps(surroundings, log), onReplay }, options);
  // Nobody is answered from a database that is being closed.
  await using _served = { [Symbol.asyncDispose]: () => servers.disposeAsync() };
  registerProcessMetrics(monitor.metrics, realMachine);
  const facts = serverFacts({
    monitor,
    clock,
    hostname,
    flags: shownFlags(settings),
    features: featureList(options, flags, surroundings.furtherPages),
    startedMs,
    workingDirectory: surroundings.workingDirectory,
    program,
  });
  program.ready();
  front.answer(
    monitorHandler({ ...front.deps, monitor, facts }, webSettings(settings, options, surroundings)),
  );
  using _reload = onReloadSignal(() => void reloadQuietly(monitor, log));
  const reloadIntervalMs = parseDuration(flags["config.auto-reload-interval"]);
  const reloading = options.features.has("auto-reload-config")
    ? followFiles(monitor, { clock, intervalMs: reloadIntervalMs }, either)
    : Promise.resolve();
  surroundings.onOpened(monitor);
  await monitor.run(either);
  await reloading;
  log.info("stopped");
}

function realDeps(
  { clock, connector, env, ownCluster, disk, onBackTested }: PrometheusSurroundings,
  log: Logger,
): Omit<MonitorDeps, "onReplay"> {
  return {
    disk,
    clock,
    random: systemRandom,
    log,
    outbound: { connector, clock, disk, env: (name) => env[name] },
    discovery: { resolver: realDnsResolver, ownCluster },
    gunzip: realGzip,
    zstd: realZstd,
    onBackTested,
  };
}

/** The servers, which say that the program starts until they are told how to answer. */
async function openFront(
  settings: PrometheusSettings,
  surroundings: PrometheusSurroundings,
  {
    program,
    log,
    options,
  }: { readonly program: Program; readonly log: Logger; readonly options: MonitorOptions },
) {
  const { flags } = settings;
  const web = await webConfigOf(settings.webConfigFile);
  const webLog = log.child({ component: "web" });
  const pages = pageFilesIn(realDisk, {
    directory: surroundings.pagesDirectory,
    title: flags["web.page-title"],
  });
  const deps = {
    pages,
    users: new WebUsers(web.users),
    clock: surroundings.clock,
    log: webLog,
    furtherRoutes: surroundings.furtherRoutes,
    mounts: surroundings.mounts,
  };
  const starting = startingHandler(
    { ...deps, program },
    webSettings(settings, options, surroundings),
  );
  const handler = new SwappableHandler(guarded(starting, deps.users));
  await using servers = new AsyncDisposableStack();
  const limit = new ConnectionLimit(flags["web.max-connections"]);
  for (const text of flags["web.listen-address"]) {
    const identity = await identityOf(web);
    const server = await openAt({ address: text, flag: "web.listen-address" }, () =>
      openHttpServer(
        { handler: compressing(handler, realGzip), log: webLog },
        { local: listenAddressOf(text), identity, limit },
      ),
    );
    servers.defer(() => server.close(closeGraceMs));
    log.info("listening", { address: server.local.address, port: server.local.port });
  }
  const answer = (next: HttpHandler) => handler.swap(withTextPages(next, surroundings.textPages));
  return { servers: servers.move(), answer, deps };
}

function withTextPages(
  handler: HttpHandler,
  pages: PrometheusSurroundings["textPages"],
): HttpHandler {
  return {
    handle: async (request, signal) => {
      const page = pages.size === 0 ? undefined : pages.get(request.target.split("?", 1)[0] ?? "");
      if (page === undefined) return handler.handle(request, signal);
      return textResponse(200, [...page()].join(""), "text/plain; version=0.0.4; charset=utf-8");
    },
    upgrade: (request, signal) => handler.upgrade(request, signal),
  };
}

function webSettings(
  settings: PrometheusSettings,
  options: MonitorOptions,
  { furtherPages }: Pick<PrometheusSurroundings, "furtherPages">,
): WebSettings {
  const { flags, storagePath } = settings;
  return {
    routePrefix: routePrefixOf(settings),
    corsOrigin: flags["web.cors.origin"],
    mode: options.mode,
    furtherPages: [...(options.mode === "server" ? sigmaPages : []), ...furtherPages],
    storagePath,
    lookbackMs: options.engine.lookbackMs,
    searchLimitMax: flags["web.search.max-limit"],
    enables: {
      lifecycle: flags["web.enable-lifecycle"],
      admin: flags["web.enable-admin-api"],
      remoteWrite: flags["web.enable-remote-write-receiver"],
      otlp: flags["web.enable-otlp-receiver"],
    },
  };
}

/** Reloads whenever the configuration or a file of rules has changed. */
async function followFiles(
  monitor: Monitor,
  { clock, intervalMs }: { readonly clock: Clock; readonly intervalMs: number },
  signal: AbortSignal,
): Promise<void> {
  let known = await monitor.sourceText();
  while (!signal.aborted) {
    // Being asked to stop ends the waiting.
    await sleep(clock, intervalMs, signal).catch(() => {});
    const text = signal.aborted ? known : await monitor.sourceText();
    if (text === known) continue;
    known = text;
    await monitor.reload().catch(() => {});
  }
}

/** A reload that fails has said so in the log, and changes nothing. */
async function reloadQuietly(
  monitor: { readonly reload: () => Promise<void> },
  log: Logger,
): Promise<void> {
  try {
    await monitor.reload();
  } catch (error) {
    // Nobody waits for the answer of a signal.
    log.debug("reload refused", { why: describeError(error) });
  }
}

function routePrefixOf({ flags }: PrometheusSettings): string {
  const external = flags["web.external-url"];
  const asked =
    flags["web.route-prefix"] ?? (URL.canParse(external) ? new URL(external).pathname : "/");
  return `/${asked.replace(/^\/+|\/+$/g, "")}`;
}

function shownFlags({ flags }: PrometheusSettings): ReadonlyMap<string, string> {
  return new Map(Object.entries(flags).map(([name, value]) => [name, String(value ?? "")]));
}
