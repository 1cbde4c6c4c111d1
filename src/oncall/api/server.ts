/**
 * The HTTP side of on-call, all of it below `/oncall`:
 *
 *   /oncall/acknowledge|verify|voice|status/{token}   what messages lead to; the token is the right to it
 *   /oncall/calendar/…/{key}                   calendars; the key is the right to one
 *   /oncall/intake/…                           where alerts come in; each service has its keys
 *   /oncall/heartbeat/{key}                    dead man's switches
 *   /oncall/api/v1/…                           everything else, for those who have the token, if any
 */
import {
  describeError,
  type HttpHandler,
  type HttpResponse,
  type Logger,
  type Random,
  type ReceivedRequest,
} from "#base";
import { findHeader, HttpError, parseTarget, type Route, Router } from "#http";
import { areEqualSecrets } from "../deliver/equal-secrets.ts";
import type { SignedLinks } from "../deliver/signed-links.ts";
import type { TwilioSettings } from "../deliver/twilio.ts";
import type { OnCall } from "../engine/on-call.ts";
import { RefusedError } from "../incident/decide.ts";
import type { Heartbeats } from "../intake/heartbeats.ts";
import { IntakeError } from "../intake/report.ts";
import { formatCalendar } from "../report/calendar.ts";
import { finalSchedule } from "../schedule/schedule.ts";
import { dayMs } from "../schedule/wall-clock.ts";
import { type Call, jsonAnswer, parameter, type Serve, textAnswer } from "./answer.ts";
import { IntakeApi } from "./intake-api.ts";
import { LinkPages } from "./link-pages.ts";
import { RestApi } from "./rest-api.ts";

export interface OnCallServerDeps {
  readonly onCall: OnCall;
  readonly log: Logger;
  readonly random: Random;
  readonly links: SignedLinks;
  readonly heartbeats: Heartbeats;
  readonly twilio: () => TwilioSettings | undefined;
  /** What requests to the API prove themselves with; empty lets everybody in. */
  readonly apiToken: () => string;
  /** What browsers subscribe with; empty when there is no key for it. */
  readonly webPushKey: string;
}

export function createOnCallServer(deps: OnCallServerDeps): HttpHandler {
  const router = new Router<Serve>([...openRoutes(deps), ...apiRoutes(deps)]);
  return {
    handle: (request) => handle(deps, router, request),
    upgrade: async () => ({ kind: "refused", response: jsonAnswer(400, { error: "no upgrades" }) }),
  };
}

/** Routes of which the address, or a key in the request, is the right to use them. */
function openRoutes(deps: OnCallServerDeps): readonly Route<Serve>[] {
  const pages = new LinkPages(deps);
  const intake = new IntakeApi(deps);
  const route = (method: string, path: string, serve: Serve) => ({
    method,
    pattern: `/oncall/${path}`,
    serve,
  });
  return [
    route("GET", "acknowledge/{token}", (call) => pages.ask(call)),
    route("POST", "acknowledge/{token}", (call) => pages.acknowledge(call)),
    route("GET", "verify/{token}", (call) => pages.askToVerify(call)),
    route("POST", "verify/{token}", (call) => pages.verify(call)),
    route("POST", "voice/{token}", (call) => pages.pressed(call)),
    route("POST", "status/{token}", (call) => pages.status(call)),
    route("GET", "calendar/{kind}/{name}/{key}", (call) => calendar(deps, call)),
    route("POST", "intake/alertmanager/{key}", (call) => intake.alertmanager(call)),
    route("POST", "intake/pagerduty/v2/enqueue", (call) => intake.pagerduty(call)),
    route("POST", "intake/opsgenie/v2/alerts", (call) => intake.opsgenieCreate(call)),
    route("POST", "intake/opsgenie/v2/alerts/{id}/acknowledge", (call) =>
      intake.opsgenieAct(call, "acknowledge"),
    ),
    route("POST", "intake/opsgenie/v2/alerts/{id}/close", (call) =>
      intake.opsgenieAct(call, "resolve"),
    ),
    route("*", "heartbeat/{key}", (call) => intake.heartbeat(call)),
  ];
}

function apiRoutes(deps: OnCallServerDeps): readonly Route<Serve>[] {
  const api = new RestApi(deps);
  const guarded =
    (serve: Serve): Serve =>
    (call) => {
      if (isAllowed(call.request, deps.apiToken())) return serve(call);
      return jsonAnswer(401, { error: "a token is needed" });
    };
  const route = (method: string, path: string, serve: Serve) => ({
    method,
    pattern: `/oncall/api/v1/${path}`,
    serve: guarded(serve),
  });
  return [
    route("GET", "now", () => api.now()),
    route("GET", "schedules/{name}", (call) => api.schedule(call)),
    route("POST", "schedules/{name}/overrides", (call) => api.addOverride(call)),
    route("DELETE", "schedules/{name}/overrides/{id}", (call) => api.removeOverride(call)),
    route("POST", "schedules/{name}/swaps", (call) => api.addSwap(call)),
    route("POST", "users/{name}/contacts/{contact}/verification", (call) =>
      api.sendVerification(call),
    ),
    route("GET", "incidents", (call) => api.incidents(call)),
    route("POST", "incidents", (call) => api.trigger(call)),
    route("GET", "incidents/{number}", (call) => api.incident(call)),
    route("GET", "incidents/{number}/why", (call) => api.why(call)),
    route("POST", "incidents/{number}/{verb}", (call) => api.command(call)),
    route("GET", "alerts/why", (call) => api.whyAlert(call)),
    route("GET", "report", (call) => api.report(call)),
    route("GET", "audit-log", (call) => api.auditLog(call)),
    route("GET", "check", () => api.check()),
    route("GET", "web-push-key", () => jsonAnswer(200, { key: deps.webPushKey })),
  ];
}

function isAllowed({ headers }: ReceivedRequest, token: string): boolean {
  if (token === "") return true;
  return areEqualSecrets(findHeader(headers, "authorization") ?? "", `Bearer ${token}`);
}

const calendarBehindMs = 30 * dayMs;
const calendarAheadMs = 90 * dayMs;

/** The duties of a schedule, or those of one user in all schedules. */
function calendar({ onCall, links }: OnCallServerDeps, call: Call): HttpResponse {
  const [kind, name] = [parameter(call, "kind"), parameter(call, "name")];
  const isKnown = kind === "schedule" || kind === "user";
  const key = links.calendarKey(`${kind}/${name}`);
  if (!isKnown || !areEqualSecrets(key, parameter(call, "key").replace(/\.ics$/, ""))) {
    return jsonAnswer(404, { error: "there is no such calendar" });
  }
  const nowMs = onCall.nowMs();
  const range = { fromMs: nowMs - calendarBehindMs, untilMs: nowMs + calendarAheadMs };
  const entries = [...onCall.roster().schedules.values()]
    .filter((schedule) => kind === "user" || schedule.name === name)
    .flatMap((schedule) =>
      finalSchedule(schedule, range).map((duty) => ({ ...duty, schedule: schedule.name })),
    )
    .filter(({ user }) => kind === "schedule" || user === name);
  return textAnswer(200, "text/calendar", formatCalendar(`On call: ${name}`, entries, nowMs));
}

async function handle(
  { log }: OnCallServerDeps,
  router: Router<Serve>,
  request: ReceivedRequest,
): Promise<HttpResponse> {
  try {
    const { segments, query } = parseTarget(request.target);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const { serve, parameters } = router.route(method, segments);
    return await serve({ request, query, parameters });
  } catch (error) {
    return refusal(error, log);
  }
}

const statusOf = { "not found": 404, conflict: 409, invalid: 400 } as const;

function refusal(error: unknown, log: Logger): HttpResponse {
  if (error instanceof HttpError) return jsonAnswer(error.status, { error: error.message });
  if (error instanceof IntakeError) return jsonAnswer(400, { error: error.message });
  if (error instanceof RefusedError) {
    return jsonAnswer(statusOf[error.reason], { error: error.message });
  }
  // Whoever sends alerts tries again what was not taken in.
  log.error("on-call request failed", error);
  return jsonAnswer(503, { error: describeError(error) });
}
