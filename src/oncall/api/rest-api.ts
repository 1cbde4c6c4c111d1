/** Schedules, incidents and reports for the pages, the command line and other programs. */
import type { HttpResponse } from "#base";
import { preFlight } from "../config/pre-flight.ts";
import type { SignedLinks } from "../deliver/signed-links.ts";
import type { OnCall } from "../engine/on-call.ts";
import type { Incident } from "../incident/incident.ts";
import { explain, summarize } from "../incident/why.ts";
import { explainAlert } from "../report/why-alert.ts";
import { auditLog } from "../report/audit-log.ts";
import { dutyReport } from "../report/duty-report.ts";
import { pagesWithin } from "../report/pages-within.ts";
import { shiftReport } from "../report/shift-report.ts";
import { finalSchedule } from "../schedule/schedule.ts";
import { dayMs } from "../schedule/wall-clock.ts";
import { type Call, jsonAnswer, parameter } from "./answer.ts";
import { decodeCount, decodeRange } from "./decode-request.ts";
import { getIncident, getSchedule } from "./named.ts";
import { incidentDetailView, incidentView, reasonView } from "./incident-views.ts";
import {
  dutyReportView,
  dutyView,
  pageView,
  scheduleView,
  serviceView,
  timeText,
  userView,
} from "./views.ts";

export interface RestDeps {
  readonly onCall: OnCall;
  readonly links: SignedLinks;
}

const incidentsShownMax = 500;

export class RestApi {
  readonly #deps: RestDeps;

  constructor(deps: RestDeps) {
    this.#deps = deps;
  }

  /** Who is on call now, and until when, in every schedule. */
  now(): HttpResponse {
    const { onCall, links } = this.#deps;
    const range = this.#ahead(60);
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

  users(): HttpResponse {
    const { onCall } = this.#deps;
    const users = [...onCall.roster().users.values()];
    return jsonAnswer(
      200,
      users.map((user) => userView(user, onCall.ledger.addedContacts(user.id))),
    );
  }

  /** Whom each service would page if something broke now. */
  services(): HttpResponse {
    const { onCall } = this.#deps;
    const roster = onCall.roster();
    const at = { nowMs: onCall.nowMs(), pageCounts: onCall.ledger.pageCounts };
    const views = [...roster.services.values()].map((one) => serviceView(roster, one, at));
    return jsonAnswer(200, views);
  }

  schedule(call: Call): HttpResponse {
    const { onCall } = this.#deps;
    const schedule = getSchedule(onCall, parameter(call, "name"));
    const range = decodeRange(call.query, this.#ahead(14));
    return jsonAnswer(200, scheduleView(schedule, onCall.ledger.agreedOn(schedule.name), range));
  }

  /** The latest first. */
  incidents({ query }: Call): HttpResponse {
    const { ledger } = this.#deps.onCall;
    const status = query.get("status") ?? "open";
    const isWanted = (incident: Incident) =>
      status === "all" ||
      (status === "open" ? incident.status !== "resolved" : incident.status === status);
    const countMax = decodeCount(query.get("limit"), incidentsShownMax);
    const found = [...ledger.list()].filter(isWanted).toReversed().slice(0, countMax);
    return jsonAnswer(200, found.map(incidentView));
  }

  incident(call: Call): HttpResponse {
    const { onCall } = this.#deps;
    const incident = getIncident(onCall, parameter(call, "number"));
    const timeline = explain(onCall.ledger.eventsOf(incident.id)).map(reasonView);
    return jsonAnswer(200, { ...incidentDetailView(incident), timeline });
  }

  why(call: Call): HttpResponse {
    const { onCall } = this.#deps;
    const { id } = getIncident(onCall, parameter(call, "number"));
    const events = onCall.ledger.eventsOf(id);
    const reasons = explain(events, call.query.get("user") ?? undefined).map(reasonView);
    return jsonAnswer(200, { summary: summarize(events), reasons });
  }

  /** Why alerts with this text in their name led to nothing. */
  whyAlert({ query }: Call): HttpResponse {
    const found = explainAlert(this.#deps.onCall.ledger, query.get("match") ?? "");
    return jsonAnswer(200, found.map(reasonView));
  }

  report({ query }: Call): HttpResponse {
    const { onCall } = this.#deps;
    const range = decodeRange(query, this.#behind(28));
    const roster = onCall.roster();
    const pages = pagesWithin(onCall.ledger.list(), roster, range);
    return jsonAnswer(200, {
      from: timeText(range.fromMs),
      until: timeText(range.untilMs),
      rows: shiftReport(pages),
      shifts: dutyReport(pages, roster, range).map(dutyReportView),
      pages: pages.map(pageView),
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
}
