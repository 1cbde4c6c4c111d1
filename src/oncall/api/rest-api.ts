/** Schedules, incidents and reports for the pages, the command line and other programs. */
import { type HttpResponse, type Random, uuid } from "#base";
import { readBody } from "#http";
import { preFlight } from "../config/pre-flight.ts";
import type { SignedLinks } from "../deliver/signed-links.ts";
import type { OnCall } from "../engine/on-call.ts";
import { RefusedError } from "../incident/decide.ts";
import type { Incident } from "../incident/incident.ts";
import { explain, summarize } from "../incident/why.ts";
import { decodeObject, type Fields, textIn } from "../intake/decode-fields.ts";
import { auditLog } from "../report/audit-log.ts";
import { shiftReport } from "../report/shift-report.ts";
import { finalSchedule, type Schedule } from "../schedule/schedule.ts";
import { dayMs } from "../schedule/wall-clock.ts";
import { bodyBytesMax, type Call, jsonAnswer, parameter } from "./answer.ts";
import { decodeCommand, decodeRange, decodeTime } from "./decode-request.ts";
import { dutyView, incidentView, scheduleView, timeText } from "./views.ts";

export interface RestDeps {
  readonly onCall: OnCall;
  readonly random: Random;
  readonly links: SignedLinks;
}

const incidentsShownMax = 500;
const whyShownMax = 100;

export class RestApi {
  readonly #deps: RestDeps;

  constructor(deps: RestDeps) {
    this.#deps = deps;
  }

  /** Who is on call now, and until when, in every schedule. */
  now(): HttpResponse {
    const { onCall, links } = this.#deps;
    const range = this.#ahead(14);
    const rows = [...onCall.roster().schedules.values()].map((schedule) => {
      const [current, next] = finalSchedule(schedule, range);
      const key = links.calendarKey(`schedule/${schedule.name}`);
      return {
        schedule: schedule.name,
        timeZone: schedule.zoneName,
        now: current && dutyView(current),
        next: next && dutyView(next),
        calendar: `/oncall/calendar/schedule/${encodeURIComponent(schedule.name)}/${key}`,
      };
    });
    return jsonAnswer(200, rows);
  }

  schedule(call: Call): HttpResponse {
    const schedule = this.#scheduleOf(call);
    const range = decodeRange(call.query, this.#ahead(14));
    return jsonAnswer(200, scheduleView(schedule, finalSchedule(schedule, range)));
  }

  async addOverride(call: Call): Promise<HttpResponse> {
    const { name } = this.#scheduleOf(call);
    const body = await bodyOf(call);
    const span = this.#spanIn(body);
    const user = this.#userIn(body, "user");
    const replaces = this.#userIn(body, "replaces");
    const id = uuid(this.#deps.random);
    const override = { id, user, replaces, ...span };
    const by = actorOf(body);
    await this.#deps.onCall.transact(() => [
      { kind: "overrideAdded", by, schedule: name, override },
    ]);
    return jsonAnswer(201, { id });
  }

  async removeOverride(call: Call): Promise<HttpResponse> {
    const { name, overrides } = this.#scheduleOf(call);
    const id = parameter(call, "id");
    if (!overrides.some((one) => one.id === id)) {
      throw new RefusedError("not found", `there is no override ${id} in ${name}`);
    }
    const by = call.query.get("by") ?? "api";
    await this.#deps.onCall.transact(() => [{ kind: "overrideRemoved", by, schedule: name, id }]);
    return jsonAnswer(200, { id });
  }

  async addSwap(call: Call): Promise<HttpResponse> {
    const { name } = this.#scheduleOf(call);
    const body = await bodyOf(call);
    const [left, right] = [this.#userIn(body, "user"), this.#userIn(body, "with")];
    if (left === undefined || right === undefined || left === right) {
      throw new RefusedError("invalid", "a swap is between two users");
    }
    const swap = {
      id: uuid(this.#deps.random),
      users: [left, right] as const,
      ...this.#spanIn(body),
    };
    const by = actorOf(body);
    await this.#deps.onCall.transact(() => [{ kind: "swapAdded", by, schedule: name, swap }]);
    return jsonAnswer(201, { id: swap.id });
  }

  /** Sends a message by a contact method, to be confirmed by whoever gets it. */
  async sendVerification(call: Call): Promise<HttpResponse> {
    const { onCall } = this.#deps;
    const user = onCall.roster().users.get(parameter(call, "name"));
    const contact = user?.contacts.find(({ id }) => id === parameter(call, "contact"));
    if (user === undefined || contact === undefined) {
      throw new RefusedError("not found", "there is no such contact");
    }
    const outcome = await onCall.sendVerification(user, contact);
    if (outcome.kind === "failed") return jsonAnswer(502, { error: outcome.error });
    return jsonAnswer(202, { status: outcome.kind });
  }

  incidents({ query }: Call): HttpResponse {
    const { ledger } = this.#deps.onCall;
    const status = query.get("status") ?? "open";
    const isWanted = (incident: Incident) =>
      status === "all" ||
      (status === "open" ? incident.status !== "resolved" : incident.status === status);
    const found = [...ledger.list()].filter(isWanted).toReversed().slice(0, incidentsShownMax);
    return jsonAnswer(200, found.map(incidentView));
  }

  incident(call: Call): HttpResponse {
    const incident = this.#incidentOf(call);
    const timeline = explain(this.#deps.onCall.ledger.eventsOf(incident.id));
    const shown = timeline.map(({ atMs, ...rest }) => ({ at: timeText(atMs), ...rest }));
    return jsonAnswer(200, { ...incidentView(incident), timeline: shown });
  }

  async trigger(call: Call): Promise<HttpResponse> {
    const body = await bodyOf(call);
    const title = textIn(body, "title");
    if (title === "") throw new RefusedError("invalid", "title is missing");
    const incident = await this.#deps.onCall.trigger({
      service: textIn(body, "service"),
      dedupKey: textIn(body, "dedupKey") || uuid(this.#deps.random),
      alert: {
        title,
        details: textIn(body, "details"),
        severity: textIn(body, "severity") || "critical",
        source: "api",
        links: [],
      },
    });
    return jsonAnswer(201, incident && incidentView(incident));
  }

  async command(call: Call): Promise<HttpResponse> {
    const incident = this.#incidentOf(call);
    const body = await bodyOf(call);
    const { onCall } = this.#deps;
    const who = { by: actorOf(body), nowMs: onCall.nowMs() };
    const done = await onCall.command(
      incident.id,
      decodeCommand(parameter(call, "verb"), body, who),
    );
    return jsonAnswer(200, done && incidentView(done));
  }

  why(call: Call): HttpResponse {
    const incident = this.#incidentOf(call);
    const events = this.#deps.onCall.ledger.eventsOf(incident.id);
    const reasons = explain(events, call.query.get("user") ?? undefined);
    return jsonAnswer(200, {
      summary: summarize(events),
      reasons: reasons.map(({ atMs, ...rest }) => ({ at: timeText(atMs), ...rest })),
    });
  }

  /** Why alerts with this text in their name led to nothing. */
  whyAlert({ query }: Call): HttpResponse {
    const wanted = query.get("match") ?? "";
    const { ledger } = this.#deps.onCall;
    const suppressed = ledger
      .suppressed()
      .filter(({ alert, key }) => key === wanted || alert.includes(wanted));
    const incidents = [...ledger.list()].filter(
      ({ alert, dedupKey }) => dedupKey === wanted || alert.title.includes(wanted),
    );
    const found = [
      ...incidents.map(({ id, number, openedAtMs }) => ({
        at: timeText(openedAtMs),
        incident: number,
        text: `#${number}: ${summarize(ledger.eventsOf(id))}`,
      })),
      ...suppressed.map(({ atMs, alert, cause, detail }) => ({
        at: timeText(atMs),
        text: `${alert} reached nobody: ${cause}: ${detail}`,
      })),
    ].sort((left, right) => (left.at < right.at ? -1 : 1));
    return jsonAnswer(200, found.slice(-whyShownMax));
  }

  report({ query }: Call): HttpResponse {
    const { onCall } = this.#deps;
    const range = decodeRange(query, this.#behind(28));
    return jsonAnswer(200, {
      from: timeText(range.fromMs),
      until: timeText(range.untilMs),
      rows: shiftReport(onCall.ledger.list(), onCall.roster(), range),
    });
  }

  auditLog({ query }: Call): HttpResponse {
    const entries = auditLog(this.#deps.onCall.ledger, decodeRange(query, this.#behind(28)));
    return jsonAnswer(
      200,
      entries.map(({ atMs, ...rest }) => ({ at: timeText(atMs), ...rest })),
    );
  }

  check(): HttpResponse {
    const { onCall } = this.#deps;
    return jsonAnswer(200, preFlight(onCall.roster(), onCall.nowMs()));
  }

  #ahead(days: number) {
    const nowMs = this.#deps.onCall.nowMs();
    return { fromMs: nowMs, untilMs: nowMs + days * dayMs };
  }

  #behind(days: number) {
    const nowMs = this.#deps.onCall.nowMs();
    return { fromMs: nowMs - days * dayMs, untilMs: nowMs + 1 };
  }

  #scheduleOf(call: Call): Schedule {
    const name = parameter(call, "name");
    const schedule = this.#deps.onCall.roster().schedules.get(name);
    if (schedule === undefined) throw new RefusedError("not found", `there is no schedule ${name}`);
    return schedule;
  }

  #incidentOf(call: Call): Incident {
    const id = parameter(call, "number");
    const { ledger } = this.#deps.onCall;
    const incident = ledger.find(id) ?? ledger.findByNumber(Number(id));
    if (incident === undefined) throw new RefusedError("not found", `there is no incident ${id}`);
    return incident;
  }

  #spanIn(body: Fields) {
    const fromMs = decodeTime(textIn(body, "from"), this.#deps.onCall.nowMs());
    const untilMs = decodeTime(textIn(body, "until"), Number.NaN);
    if (!(untilMs > fromMs)) throw new RefusedError("invalid", "until is not after from");
    return { fromMs, untilMs };
  }

  /** A user by name; undefined when the body names none. */
  #userIn(body: Fields, field: string): string | undefined {
    const user = textIn(body, field);
    if (user === "") return undefined;
    if (this.#deps.onCall.roster().users.has(user)) return user;
    throw new RefusedError("not found", `there is no user ${user}`);
  }
}

async function bodyOf({ request }: Call): Promise<Fields> {
  const bytes = await readBody(request, bodyBytesMax);
  return bytes.length === 0 ? {} : decodeObject(bytes);
}

/** Who says to have done it; `api` for those who do not say. */
function actorOf(body: Fields): string {
  return textIn(body, "by") || "api";
}
