/** The HTTP side of the monitoring engine: which routes there are, and who may use them. */
import type { Clock, HttpHandler, Logger, Meters } from "#base";
import {
  adminRoutes,
  agentRoutes,
  agentStorage,
  type ApiRoute,
  createPromServer,
  exemplarRoutes,
  federationRoute,
  labelRoutes,
  metricsRoute,
  notificationRoutes,
  openapiRoute,
  type PageFiles,
  queryRoutes,
  readRoutes,
  ruleRoutes,
  type ServerFacts,
  type SearchDeps,
  searchRoutes,
  shapeRoutes,
  selfMetricsRoutes,
  statusRoutes,
  syntaxRoutes,
  targetRoutes,
  textResponse,
  type WebRoute,
  webRoutes,
  writeRoutes,
} from "#promapi";
import type { WebUsers } from "#promconfig";
import { compileRegex } from "#series";
import { databaseSource, exemplarSource } from "./database-views.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Monitor } from "./monitor.ts";
import { type Mount, withMounts } from "./mounts.ts";
import { prometheusVersion } from "./prometheus-version.ts";
import { countingRequests } from "./request-metrics.ts";
import { sigmaRoutes } from "./sigma-routes.ts";

export interface WebDeps {
  readonly monitor: Monitor;
  readonly facts: ServerFacts;
  readonly pages: PageFiles;
  readonly users: WebUsers;
  /** Routes that are not upstream's. */
  readonly furtherRoutes: readonly ApiRoute[];
  readonly mounts: readonly Mount[];
  readonly clock: Clock;
  readonly log: Logger;
}

export interface WebSettings {
  readonly routePrefix: string;
  readonly mode: "server" | "agent";
  /** Paths of the pages that show what further routes tell. */
  readonly furtherPages: readonly string[];
  readonly corsOrigin: string;
  readonly storagePath: string;
  readonly lookbackMs: number;
  /** 0 is no limit. */
  readonly searchLimitMax: number;
  readonly enables: {
    readonly lifecycle: boolean;
    readonly admin: boolean;
    readonly remoteWrite: boolean;
    readonly otlp: boolean;
  };
}

export function monitorHandler(deps: WebDeps, settings: WebSettings): HttpHandler {
  const { monitor, facts, pages, clock, log } = deps;
  const { routePrefix, enables } = settings;
  const origin = compileRegex(settings.corsOrigin, "anchored");
  const server = createPromServer(
    {
      clock,
      log,
      isReady: facts.isReady,
      api: apiRoutes(deps, settings),
      web: [
        ...webRoutes(facts, pages, {
          routePrefix,
          isLifecycleEnabled: enables.lifecycle,
          mode: monitor.options.mode,
          furtherPages: settings.furtherPages,
        }),
        metricsRoute("/metrics", () => monitor.metrics.families()),
        countingErrors(
          monitor.metrics,
          federationRoute({
            storage: monitor.evaluator?.database ?? agentStorage,
            externalLabels: () => monitor.configState.loaded.config.global.externalLabels,
            lookbackMs: settings.lookbackMs,
          }),
        ),
      ],
    },
    { routePrefix, isOriginAllowed: (asked) => origin.test(asked) },
  );
  const front = withMounts(server, deps.mounts, routePrefix);
  return countingRequests(guarded(front, deps.users), monitor.metrics, clock);
}

function apiRoutes(deps: WebDeps, settings: WebSettings): readonly ApiRoute[] {
  const { monitor, facts, clock } = deps;
  const { collector, evaluator } = monitor;
  const { enables } = settings;
  const source =
    evaluator && databaseSource(evaluator.database, { clock, directory: settings.storagePath });
  const routes = [
    ...(evaluator === undefined ? agentRoutes() : evaluatorRoutes(monitor, evaluator)),
    ...searchRoutes(searchDeps(monitor, settings)),
    ...(source === undefined ? [] : adminRoutes(enables.admin ? source : undefined)),
    ...targetRoutes(collector.scraper),
    ...statusRoutes(facts, source),
    ...selfMetricsRoutes(() => monitor.metrics.families()),
    ...notificationRoutes(monitor.notifications),
    ...writeRoutes({
      remoteWrite: enables.remoteWrite ? monitor.receiver : undefined,
      otlp: enables.otlp ? monitor.otlpReceiver : undefined,
    }),
  ];
  return [
    ...routes,
    openapiRoute(routes, prometheusVersion),
    // Not upstream's, so that the description of the API does not have it.
    ...(evaluator === undefined
      ? []
      : [...shapeRoutes(evaluator.storage), ...sigmaRoutes(evaluator.sigma, clock)]),
    ...deps.furtherRoutes,
  ];
}

function evaluatorRoutes(
  { options }: Monitor,
  { storage, database, engine, notifier, rules, remoteReads }: Evaluator,
): readonly ApiRoute[] {
  return [
    ...queryRoutes(engine, storage),
    ...labelRoutes(storage),
    ...exemplarRoutes(exemplarSource(database)),
    ...syntaxRoutes(options.engine.syntax),
    ...ruleRoutes(rules, { active: () => notifier.active(), dropped: () => notifier.dropped() }),
    ...readRoutes(remoteReads.server),
  ];
}

function searchDeps(
  { options, evaluator, collector }: Monitor,
  { searchLimitMax }: WebSettings,
): SearchDeps | undefined {
  if (evaluator === undefined || !options.features.has("search-api")) return undefined;
  return { storage: evaluator.storage, targets: collector.scraper, limitMax: searchLimitMax };
}

/** Counts requests for the newest samples that could not be answered. */
function countingErrors(meters: Meters, route: WebRoute): WebRoute {
  const counter = (what: string, help: string) =>
    meters.counter({ name: `prometheus_web_federation_${what}_total`, help }).with();
  const errors = counter(
    "errors",
    "Total number of errors that occurred while sending federation responses.",
  );
  // Only the database is asked, which answers or fails.
  counter("warnings", "Total number of warnings that occurred while sending federation responses.");
  return {
    ...route,
    serve: async (request, signal) => {
      try {
        return await route.serve(request, signal);
      } catch (error) {
        // Counted on its way to who answers it.
        errors.add();
        throw error;
      }
    },
  };
}

/** Lets nobody in without a password where users are configured. */
export function guarded(server: HttpHandler, users: WebUsers): HttpHandler {
  return {
    handle: async (request, signal) => {
      const { authorization } = request.headers;
      const given = typeof authorization === "string" ? authorization : undefined;
      if (await users.mayEnter(given)) return server.handle(request, signal);
      const refusal = textResponse(401, "Unauthorized\n");
      const headers = { ...refusal.headers, "www-authenticate": "Basic" };
      return { ...refusal, headers };
    },
    upgrade: (request, signal) => server.upgrade(request, signal),
  };
}
