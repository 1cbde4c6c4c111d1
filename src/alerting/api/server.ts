/**
 * The HTTP side: `/api/v2` as Alertmanager's clients know it, the health checks and the reload.
 *
 * Source of the behaviour: `api/v2/openapi.yaml` of Alertmanager 0.34. Refusals are a JSON text.
 */
import {
  type Body,
  type Clock,
  describeError,
  type Headers,
  type HttpHandler,
  type HttpResponse,
  type Logger,
  type ReceivedRequest,
} from "#base";
import { HttpError, parseTarget, readBody, type RouteMatch, Router } from "#http";
import { type LabelMatcher, labelPairs, type Labels, labelValue, RegexError } from "#series";
import { type Alert, compareAlerts, isResolved } from "../alert/alert.ts";
import type { Alertmanager } from "../alertmanager.ts";
import { MatcherError } from "../match/matcher-error.ts";
import { type MatcherSyntax, parseMatchers } from "../match/parse-matchers.ts";
import { matchRoutes, type Route } from "../route/route.ts";
import type { AggregationGroup } from "../dispatch/aggregation-group.ts";
import type { GroupSnapshot } from "../notify/pipeline.ts";
import { SilenceError, silenceState } from "../suppress/silences.ts";
import { shownAlert, takeAlerts, timeText } from "./api-alerts.ts";
import { ApiError, ApiTextError, silenceIdIn } from "./api-error.ts";
import {
  compareSilences,
  isAskedFor,
  shownSilence,
  silenceStatesIn,
  takeSilence,
} from "./api-silences.ts";
import { type ReceiverFilter, receiverFilterOf, type ShownReceiver } from "./receiver-filter.ts";

export interface AlertmanagerServerDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly manager: Alertmanager;
  readonly syntax: MatcherSyntax;
  /** What is configured now. */
  readonly settings: () => ServerSettings;
  /** Reads the configuration again; rejects with what is wrong with it. */
  readonly reload: () => Promise<void>;
  readonly version: string;
  /** The other instances; undefined when there can be none. */
  readonly cluster: () => ClusterStatus | undefined;
  /** Hears of what was reported. */
  readonly onReceived: (counts: ReceivedCounts) => void;
  readonly pages: PageFiles;
  /** What the program tells of itself, in the format that `Accept` asks for. */
  readonly metrics: (accept: string) => HttpResponse;
}

/** Files of the web pages. */
interface PageFiles {
  find(path: string): Promise<
    | {
        readonly contentType: string;
        readonly body: Body;
        readonly headers: Headers;
      }
    | undefined
  >;
}

/** Several instances as one of them sees them. */
export interface ClusterStatus {
  readonly name: string;
  readonly status: "ready" | "settling";
  /** By name, this one among them. */
  readonly peers: readonly { readonly name: string; readonly address: string }[];
}

interface ReceivedCounts {
  readonly firing: number;
  readonly resolved: number;
  readonly invalid: number;
}

export interface ServerSettings {
  readonly route: Route;
  readonly receivers: readonly ShownReceiver[];
  readonly resolveTimeoutMs: number;
  /** The file as it was read, without its secrets. */
  readonly original: string;
  /** The labels of a group's route, with their templates rendered for these alerts. */
  readonly routeLabelsOf: (group: GroupSnapshot) => Labels;
}

/** Pages, of which those of on-call say so where there is none. */
const pageNames = ["alerts", "silences", "status", "on-call", "incidents", "reports"];
/** What browsers look for beside the pages: with these they install them as a program. */
const lonelyFiles = [
  "favicon.svg",
  "icon-192.png",
  "icon-512.png",
  "alerting.webmanifest",
  "service-worker.js",
];

export function createAlertmanagerServer(deps: AlertmanagerServerDeps): HttpHandler {
  const api = new AlertmanagerApi(deps);
  const router = new Router<Serve>([
    { method: "GET", pattern: "/api/v2/status", serve: () => api.status() },
    { method: "GET", pattern: "/api/v2/receivers", serve: (call) => api.receivers(call) },
    { method: "GET", pattern: "/api/v2/silences", serve: (call) => api.listSilences(call) },
    { method: "POST", pattern: "/api/v2/silences", serve: (call) => api.setSilence(call) },
    { method: "GET", pattern: "/api/v2/silence/{id}", serve: (call) => api.findSilence(call) },
    { method: "DELETE", pattern: "/api/v2/silence/{id}", serve: (call) => api.expireSilence(call) },
    { method: "GET", pattern: "/api/v2/alerts", serve: (call) => api.listAlerts(call) },
    { method: "POST", pattern: "/api/v2/alerts", serve: (call) => api.putAlerts(call) },
    { method: "GET", pattern: "/api/v2/alerts/groups", serve: (call) => api.listGroups(call) },
    { method: "GET", pattern: "/", serve: () => homePage },
    ...pageNames.map((name) => ({
      method: "GET",
      pattern: `/${name}`,
      serve: () => api.page("alerting.html"),
    })),
    ...lonelyFiles.map((name) => ({
      method: "GET",
      pattern: `/${name}`,
      serve: () => api.page(name),
    })),
    {
      method: "GET",
      pattern: "/assets/{name}",
      serve: ({ parameters }) => api.page(`assets/${parameters.get("name") ?? ""}`),
    },
    { method: "GET", pattern: "/metrics", serve: ({ request }) => api.metrics(request) },
    { method: "GET", pattern: "/-/healthy", serve: () => textOf(200, "OK") },
    { method: "GET", pattern: "/-/ready", serve: () => textOf(200, "OK") },
    { method: "POST", pattern: "/-/reload", serve: () => api.reload() },
  ]);
  return {
    handle: (request) => handle(deps.log, router, request),
    upgrade: async () => ({ kind: "refused", response: textOf(400, "Bad Request") }),
  };
}

interface Call {
  readonly request: ReceivedRequest;
  readonly query: URLSearchParams;
  readonly parameters: ReadonlyMap<string, string>;
}

type Serve = (call: Call) => HttpResponse | Promise<HttpResponse>;

const bodyBytesMax = 32 * 1024 * 1024;

async function handle(
  log: Logger,
  router: Router<Serve>,
  request: ReceivedRequest,
): Promise<HttpResponse> {
  try {
    const { segments, query } = parseTarget(request.target);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const { serve, parameters }: RouteMatch<Serve> = router.route(method, segments);
    return await serve({ request, query, parameters });
  } catch (error) {
    return refusal(error, log);
  }
}

/** What a client did wrong is told; what we did wrong is told and logged. */
function refusal(error: unknown, log: Logger): HttpResponse {
  if (error instanceof ApiError) {
    return jsonOf(error.status, { code: error.code, message: error.message });
  }
  if (error instanceof ApiTextError) return jsonOf(400, error.message);
  if (error instanceof HttpError) {
    const status =
      error.reason === "NotFound" ? 404 : error.reason === "MethodNotAllowed" ? 405 : 400;
    return jsonOf(status, error.message);
  }
  if (error instanceof SilenceError) {
    return jsonOf(error.kind === "not found" ? 404 : 400, error.message);
  }
  if (error instanceof MatcherError || error instanceof RegexError) {
    return jsonOf(400, error.message);
  }
  log.error("API request failed", error);
  return jsonOf(500, describeError(error));
}

class AlertmanagerApi {
  readonly #deps: AlertmanagerServerDeps;
  readonly #startedAtMs: number;

  constructor(deps: AlertmanagerServerDeps) {
    this.#deps = deps;
    this.#startedAtMs = deps.clock.nowMs();
  }

  status(): HttpResponse {
    const { version } = this.#deps;
    const versionInfo = { branch: "", buildDate: "", buildUser: "", goVersion: "", revision: "" };
    return jsonOf(200, {
      cluster: this.#deps.cluster() ?? { peers: [], status: "disabled" },
      config: { original: this.#deps.settings().original },
      uptime: timeText(this.#startedAtMs),
      versionInfo: { ...versionInfo, version },
    });
  }

  async page(path: string): Promise<HttpResponse> {
    const found = await this.#deps.pages.find(path);
    if (found === undefined) return textOf(404, "404 page not found\n");
    const { contentType, body, headers } = found;
    return { status: 200, headers: { ...headers, "content-type": contentType }, body };
  }

  metrics({ headers }: ReceivedRequest): HttpResponse {
    const { accept } = headers;
    return this.#deps.metrics(typeof accept === "string" ? accept : "");
  }

  receivers({ query }: Call): HttpResponse {
    const { hasLabels } = this.#receiverFilter(query);
    const found = this.#deps.settings().receivers.filter(({ name }) => hasLabels(name));
    return jsonOf(200, found.map(shownReceiver));
  }

  listSilences({ query }: Call): HttpResponse {
    const nowMs = this.#deps.clock.nowMs();
    const filter = this.#filterOf(query);
    const states = silenceStatesIn(query);
    const found = this.#deps.manager.silences
      .list()
      .filter((silence) => states.has(silenceState(silence, nowMs)) && isAskedFor(silence, filter))
      .sort(compareSilences(nowMs));
    return jsonOf(
      200,
      found.map((silence) => shownSilence(silence, nowMs)),
    );
  }

  async setSilence({ request }: Call): Promise<HttpResponse> {
    const silence = takeSilence(await textBody(request), this.#deps.clock.nowMs());
    return jsonOf(200, { silenceID: this.#deps.manager.silences.set(silence) });
  }

  findSilence({ parameters }: Call): HttpResponse {
    const found = this.#deps.manager.silences.find(silenceIdIn(parameters));
    if (found === undefined) throw new SilenceError("not found", "silence not found");
    return jsonOf(200, shownSilence(found, this.#deps.clock.nowMs()));
  }

  expireSilence({ parameters }: Call): HttpResponse {
    this.#deps.manager.silences.expire(silenceIdIn(parameters));
    return emptyOf(200);
  }

  async putAlerts({ request }: Call): Promise<HttpResponse> {
    const { clock, manager, settings } = this.#deps;
    const body = await textBody(request);
    const nowMs = clock.nowMs();
    const taken = takeAlerts(body, nowMs, settings().resolveTimeoutMs);
    const resolved = taken.alerts.filter((alert) => isResolved(alert, nowMs)).length;
    const firing = taken.alerts.length - resolved;
    this.#deps.onReceived({ firing, resolved, invalid: taken.problems.length });
    // What is right is taken also when something else is not.
    manager.put(taken.alerts);
    return taken.problems.length === 0 ? emptyOf(200) : jsonOf(400, taken.problems.join("; "));
  }

  listAlerts({ query }: Call): HttpResponse {
    const isWanted = this.#alertTest(query);
    const alerts = [...this.#deps.manager.alerts.list()].filter(isWanted);
    alerts.sort((left, right) => (left.fingerprint < right.fingerprint ? -1 : 1));
    return jsonOf(
      200,
      alerts.map((alert) => this.#shown(alert, [])),
    );
  }

  listGroups({ query }: Call): HttpResponse {
    const isWanted = this.#alertTest(query);
    const { hasName, hasLabels } = this.#receiverFilter(query);
    const { manager } = this.#deps;
    const wantsMuted = query.get("muted") !== "false";
    const groups = manager
      .groups()
      .filter(({ route: { options } }) => hasName(options.receiver) && hasLabels(options.receiver))
      .map((group) => ({
        group,
        mutedBy: manager.mutedBy(group.route),
        alerts: group.list().filter(isWanted).sort(compareAlerts),
      }))
      .filter(({ alerts, mutedBy }) => alerts.length > 0 && (wantsMuted || mutedBy.length === 0))
      .sort((left, right) => (left.group.groupKey < right.group.groupKey ? -1 : 1));
    return jsonOf(
      200,
      groups.map((found) => this.#shownGroup(found)),
    );
  }

  async reload(): Promise<HttpResponse> {
    try {
      await this.#deps.reload();
      return emptyOf(200);
    } catch (error) {
      // The configuration that was there stays.
      return textOf(500, `failed to reload config: ${describeError(error)}\n`);
    }
  }

  #shownGroup({ group, mutedBy, alerts }: FoundGroup): unknown {
    const { groupKey, groupLabels, route } = group;
    const snapshot = { groupKey, groupLabels, route, alerts, nowMs: this.#deps.clock.nowMs() };
    const routeLabels = this.#deps.settings().routeLabelsOf(snapshot);
    return {
      alerts: alerts.map((alert) => this.#shown(alert, mutedBy)),
      labels: Object.fromEntries(labelPairs(groupLabels)),
      receiver: { name: route.options.receiver },
      routeLabels: Object.fromEntries(labelPairs(routeLabels)),
    };
  }

  #shown(alert: Alert, mutedBy: readonly string[]): unknown {
    const status = this.#deps.manager.statusOf(alert.fingerprint, alert.labels);
    return shownAlert(alert, status, { receivers: this.#receiversOf(alert), mutedBy });
  }

  #receiversOf({ labels }: Alert): readonly string[] {
    return matchRoutes(this.#deps.settings().route, labels).map(({ options }) => options.receiver);
  }

  /** What the query's parameters ask for; each is true unless it is said to be false. */
  #alertTest(query: URLSearchParams): (alert: Alert) => boolean {
    const { manager, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const filter = this.#filterOf(query);
    const { hasName, hasLabels } = this.#receiverFilter(query);
    const wants = (name: string) => query.get(name) !== "false";
    return (alert) => {
      if (isResolved(alert, nowMs)) return false;
      if (!filter.every((matcher) => matcher.matches(labelValue(alert.labels, matcher.name)))) {
        return false;
      }
      const receivers = this.#receiversOf(alert);
      if (!receivers.some(hasName) || !receivers.some(hasLabels)) return false;
      const { state, silencedBy, inhibitedBy } = manager.statusOf(alert.fingerprint, alert.labels);
      if (state === "active" && !wants("active")) return false;
      if (silencedBy.length > 0 && !wants("silenced")) return false;
      return inhibitedBy.length === 0 || wants("inhibited");
    };
  }

  #receiverFilter(query: URLSearchParams): ReceiverFilter {
    const { settings, syntax } = this.#deps;
    return receiverFilterOf(query, settings().receivers, syntax);
  }

  #filterOf(query: URLSearchParams): readonly LabelMatcher[] {
    return query
      .getAll("filter")
      .flatMap((text) => parseMatchers(text, this.#deps.syntax).matchers);
  }
}

interface FoundGroup {
  readonly group: AggregationGroup;
  readonly mutedBy: readonly string[];
  readonly alerts: readonly Alert[];
}

function shownReceiver({ name, labels }: ShownReceiver): unknown {
  return labels.size === 0 ? { name } : { labels: Object.fromEntries(labels), name };
}

/** Relative, so that it also holds below a prefix. */
const homePage: HttpResponse = { status: 302, headers: { location: "alerts" }, body: undefined };

async function textBody(request: ReceivedRequest): Promise<string> {
  return new TextDecoder().decode(await readBody(request, bodyBytesMax));
}

function jsonOf(status: number, value: unknown): HttpResponse {
  const body = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  return { status, headers: { "content-type": "application/json" }, body };
}

function textOf(status: number, text: string): HttpResponse {
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return { status, headers, body: new TextEncoder().encode(text) };
}

function emptyOf(status: number): HttpResponse {
  return { status, headers: {}, body: undefined };
}
