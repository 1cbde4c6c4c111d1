/**
 * What paging tells of itself: how often it reached people, how long they took, what kept it from
 * them, and whether anything is overdue. Each replica counts what it has noted itself, so that the sum
 * over all of them counts everything once.
 */
import type { HistogramMetric, Meters, MetricVector, Counter } from "#base";
import type { LoggedEvent, SuppressionCause } from "../incident/event.ts";
import type { Incident } from "../incident/incident.ts";
import type { Ledger } from "../incident/ledger.ts";
import { contactKinds } from "../roster.ts";
import type { Finding } from "./auditor.ts";

const acknowledgeSeconds = [30, 60, 120, 180, 240, 300, 600, 900, 1_800, 3_600];
const delaySeconds = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

const causes: readonly SuppressionCause[] = [
  "inhibited",
  "silenced",
  "muted",
  "inactive",
  "unchanged",
  "duplicate",
  "severity",
  "budget",
  "throttled",
  "nobody",
  "unverified",
  "too late",
  "not eligible",
  "out of hours",
];

export class PagingMetrics {
  readonly #ledger: Ledger;
  readonly #sent: MetricVector<Counter>;
  readonly #failed: MetricVector<Counter>;
  readonly #delay: MetricVector<HistogramMetric>;
  readonly #acknowledged: HistogramMetric;
  readonly #escalations: Counter;
  readonly #exhausted: Counter;
  readonly #opened: MetricVector<Counter>;
  readonly #suppressed: MetricVector<Counter>;
  #auditedAtMs = 0;
  #findings = 0;

  constructor(meters: Meters, ledger: Ledger) {
    const counter = (name: string, help: string, labelNames: readonly string[] = []) =>
      meters.counter({ name: `wherry_oncall_${name}`, help, labelNames });
    this.#ledger = ledger;
    this.#sent = counter("pages_sent_total", "Pages that left for a person, without tickets.", [
      "method",
    ]);
    this.#failed = counter("pages_failed_total", "Attempts to send one that failed.", ["method"]);
    this.#delay = meters.histogram({
      name: "wherry_oncall_page_delay_seconds",
      help: "From the moment at which a page is due until it has left.",
      labelNames: ["method"],
      buckets: delaySeconds,
    });
    this.#acknowledged = meters
      .histogram({
        name: "wherry_oncall_acknowledge_seconds",
        help: "From the first page of an incident until somebody acknowledged it.",
        buckets: acknowledgeSeconds,
      })
      .with();
    this.#escalations = counter("escalations_total", "Steps that followed the first one.").with();
    this.#exhausted = counter(
      "incidents_exhausted_total",
      "Incidents of which all rounds ended without an answer.",
    ).with();
    this.#opened = counter("incidents_opened_total", "Incidents.", ["urgency"]);
    this.#suppressed = counter(
      "suppressed_total",
      "Alerts, people and messages that were left out, by what kept them.",
      ["cause"],
    );
    this.#begin();
    this.#sample(meters);
  }

  /** Counts what was noted; the ledger has it already. */
  count(events: readonly LoggedEvent[]): void {
    for (const event of events) this.#count(event);
  }

  /** What the last audit found. */
  audited(findings: readonly Finding[], atMs: number): void {
    this.#findings = findings.length;
    if (findings.length === 0) this.#auditedAtMs = atMs;
  }

  #count(event: LoggedEvent): void {
    switch (event.kind) {
      case "opened":
        this.#opened.with(event.urgency).add();
        this.#leftOut(event.quietCause === undefined ? [] : [event.quietCause]);
        break;
      case "raised":
        this.#leftOut(event.quietCause === undefined ? [] : [event.quietCause]);
        break;
      case "stepStarted":
        if (event.step > 0 || event.round > 0) this.#escalations.add();
        this.#leftOut(event.leftOut);
        break;
      case "ticketed":
        this.#leftOut(event.leftOut);
        break;
      case "withheld":
        this.#leftOut([event.leftOut]);
        break;
      case "suppressed":
        this.#leftOut([event]);
        break;
      case "repeated":
        this.#suppressed.with("duplicate").add();
        break;
      case "exhausted":
        this.#exhausted.add();
        break;
      case "attemptEnded":
        this.#attempted(event);
        break;
      case "acknowledged":
        this.#answered(this.#ledger.find(event.incident), event.atMs);
        break;
      default:
    }
  }

  #leftOut(list: readonly { readonly cause: SuppressionCause }[]): void {
    for (const { cause } of list) this.#suppressed.with(cause).add();
  }

  #attempted(event: Extract<LoggedEvent, { readonly kind: "attemptEnded" }>): void {
    const message = this.#ledger.find(event.incident)?.messages.get(event.message);
    if (message?.purpose !== "page") return;
    const method = message.contact.kind;
    if (event.outcome.kind === "failed") {
      this.#failed.with(method).add();
      return;
    }
    this.#sent.with(method).add();
    this.#delay.with(method).observe((event.atMs - message.dueMs) / 1_000);
  }

  /** Only the first answer counts. */
  #answered(incident: Incident | undefined, atMs: number): void {
    if (incident?.pagedAtMs === undefined || incident.acknowledgedAtMs !== atMs) return;
    this.#acknowledged.observe((atMs - incident.pagedAtMs) / 1_000);
  }

  /** Series are there from the start, so that rates have something to begin with. */
  #begin(): void {
    for (const kind of contactKinds) {
      this.#sent.with(kind);
      this.#failed.with(kind);
    }
    for (const cause of causes) this.#suppressed.with(cause);
    for (const urgency of ["high", "low"]) this.#opened.with(urgency);
  }

  #sample(meters: Meters): void {
    const gauge = (name: string, help: string, value: () => number) => {
      const spec = { name: `wherry_oncall_${name}`, help };
      meters.sampled(spec, "gauge", () => [{ labelValues: [], value: value() }]);
    };
    const states = ["triggered", "acknowledged", "snoozed"];
    meters.sampled(
      {
        name: "wherry_oncall_open_incidents",
        help: "Incidents that nobody has resolved.",
        labelNames: ["status", "urgency"],
      },
      "gauge",
      () => {
        const open = [...this.#ledger.listOpen()];
        return states.flatMap((status) =>
          ["high", "low"].map((urgency) => ({
            labelValues: [status, urgency],
            value: open.filter((one) => one.status === status && one.urgency === urgency).length,
          })),
        );
      },
    );
    gauge(
      "auditor_last_success_timestamp_seconds",
      "When paging was last found to be well.",
      () => this.#auditedAtMs / 1_000,
    );
    gauge(
      "auditor_findings",
      "Incidents that the last audit found not to be paged as they should be.",
      () => this.#findings,
    );
  }
}
