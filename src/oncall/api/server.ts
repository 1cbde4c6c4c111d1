/**
 * The HTTP side of on-call, all of it below `/oncall`:
 *
 *   /oncall/acknowledge|verify|voice|status/{token}   what messages lead to; the token is the right to it
 *   /oncall/calendar/…/{key}                   calendars; the key is the right to one
 *   /oncall/intake/…                           where alerts come in; each service has its keys
 *   /oncall/heartbeat/{key}                    dead man's switches
 *   /oncall/api/v1/session                     who asks, and signing in and out
 *   /oncall/api/v1/…                           everything else, for those who may (see access.ts)
 */
import {
  describeError,
  type HttpHandler,
  type HttpResponse,
  type Logger,
  type Random,
  type ReceivedRequest,
} from "#base";
import { HttpError, parseTarget, readBody, type Route, Router } from "#http";
import { areEqualSecrets } from "../deliver/equal-secrets.ts";
import type { SignedLinks } from "../deliver/signed-links.ts";
import type { TwilioSettings } from "../deliver/twilio.ts";
import type { OnCall } from "../engine/on-call.ts";
import { RefusedError } from "../incident/decide.ts";
import { decodeObject, textIn } from "../intake/decode-fields.ts";
import type { Heartbeats } from "../intake/heartbeats.ts";
import { IntakeError } from "../intake/report.ts";
import { formatCalendar } from "../report/calendar.ts";
import { finalSchedule } from "../schedule/schedule.ts";
import { dayMs } from "../schedule/wall-clock.ts";
import { Access, type Credentials, type Identity } from "./access.ts";
import {
  type AllowedCall,
  bodyBytesMax,
  type Call,
  jsonAnswer,
  parameter,
  type Serve,
  textAnswer,
} from "./answer.ts";
import { ChangesApi } from "./changes-api.ts";
import { isCrossSite } from "./cross-site.ts";
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
  /** What requests to the API prove themselves with. */
  readonly credentials: () => Credentials;
  /** Who sends a request, where the surroundings have verified it. */
  readonly identityOf: (request: ReceivedRequest) => Identity | undefined;
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
  const changes = new ChangesApi(deps);
  const access = new Access(deps);
  const route = (method: string, path: string, serve: ServeAllowed) => ({
    method,
    pattern: `/oncall/api/v1/${path}`,
    serve: (call: Call) => {
      refuseCrossSite(deps, call);
      const caller = access.callerOf(call.request);
      if (caller === undefined) return jsonAnswer(401, { error: "a token is needed" });
      return serve({ ...call, caller });
    },
  });
  return [
    ...sessionRoutes(deps, access),
    route("GET", "now", () => api.now()),
    route("GET", "users", () => api.users()),
    route("GET", "services", () => api.services()),
    route("GET", "schedules/{name}", (call) => api.schedule(call)),
    route("POST", "schedules/{name}/preview", (call) => changes.preview(call)),
    route("POST", "schedules/{name}/overrides", (call) => changes.addOverride(call)),
    route("DELETE", "schedules/{name}/overrides/{id}", (call) => changes.removeOverride(call)),
    route("POST", "schedules/{name}/swaps", (call) => changes.addSwap(call)),
    route("DELETE", "schedules/{name}/swaps/{id}", (call) => changes.removeSwap(call)),
    route("POST", "users/{name}/subscriptions", (call) => changes.addSubscription(call)),
    route("DELETE", "users/{name}/contacts/{contact}", (call) => changes.removeContact(call)),
    route("POST", "users/{name}/contacts/{contact}/verification", (call) =>
      changes.sendVerification(call),
    ),
    route("GET", "incidents", (call) => api.incidents(call)),
    route("POST", "incidents", (call) => changes.trigger(call)),
    route("GET", "incidents/{number}", (call) => api.incident(call)),
    route("GET", "incidents/{number}/why", (call) => api.why(call)),
    route("POST", "incidents/{number}/{verb}", (call) => changes.command(call)),
    route("GET", "alerts/why", (call) => api.whyAlert(call)),
    route("GET", "report", (call) => api.report(call)),
    route("GET", "audit-log", (call) => api.auditLog(call)),
    route("GET", "check", () => api.check()),
    route("GET", "web-push-key", () => jsonAnswer(200, { key: deps.webPushKey })),
  ];
}

type ServeAllowed = (call: AllowedCall) => HttpResponse | Promise<HttpResponse>;

/** How people who look at the pages say who they are; whoever may not do anything yet may ask. */
function sessionRoutes(deps: OnCallServerDeps, access: Access): readonly Route<Serve>[] {
  const pattern = "/oncall/api/v1/session";
  const show = ({ request }: Call): HttpResponse => {
    const caller = access.callerOf(request);
    const user = caller?.kind === "person" ? caller.user : null;
    return jsonAnswer(200, { caller: caller?.kind ?? "unknown", user });
  };
  const begin = async (call: Call): Promise<HttpResponse> => {
    refuseCrossSite(deps, call);
    const body = decodeObject(await readBody(call.request, bodyBytesMax));
    const { user, cookie } = access.signIn(textIn(body, "token"), textIn(body, "user"));
    return withCookie(jsonAnswer(201, { caller: "person", user }), cookie);
  };
  const end = (call: Call): HttpResponse => {
    refuseCrossSite(deps, call);
    return withCookie(jsonAnswer(200, { caller: "unknown", user: null }), access.signOut());
  };
  return [
    { method: "GET", pattern, serve: show },
    { method: "POST", pattern, serve: begin },
    { method: "DELETE", pattern, serve: end },
  ];
}

function withCookie(answer: HttpResponse, cookie: string): HttpResponse {
  return { ...answer, headers: { ...answer.headers, "set-cookie": cookie } };
}

function refuseCrossSite({ links }: OnCallServerDeps, { request }: Call): void {
  if (isCrossSite(request, links.host)) {
    throw new RefusedError("forbidden", "pages of other sites may change nothing here");
  }
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
  { log, onCall }: OnCallServerDeps,
  router: Router<Serve>,
  request: ReceivedRequest,
): Promise<HttpResponse> {
  try {
    const { segments, query } = parseTarget(request.target);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const { serve, parameters } = router.route(method, segments);
    const answer = await serve({ request, query, parameters });
    // Pages count down to what comes next by this clock and not by their own.
    const headers = { ...answer.headers, "wherry-time": new Date(onCall.nowMs()).toISOString() };
    return { ...answer, headers };
  } catch (error) {
    return refusal(error, log);
  }
}

const statusOf = {
  "not found": 404,
  conflict: 409,
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
} as const;

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
