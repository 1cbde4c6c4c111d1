/**
 * On-call at work: takes alerts and decisions in, and does what the plan says when it is due.
 *
 *   alert, person → decide → append to the log → ledger → plan → append → send → append
 *
 * Nothing is done that is not in the log before. Whoever leads does what is due; the others only take
 * in. All state is the ledger's, so a program that ends anywhere goes on from the log.
 */
import { type Clock, describeError, type Logger, type Random, uuid } from "#base";
import {
  type AlertReport,
  type Command,
  decideCommand,
  decideOwnAlert,
  decideTrigger,
  type Known,
} from "../incident/decide.ts";
import type { AttemptOutcome, EventDraft, LoggedEvent } from "../incident/event.ts";
import type { Incident, Message } from "../incident/incident.ts";
import type { Ledger } from "../incident/ledger.ts";
import { verificationId } from "../incident/message-id.ts";
import {
  type Action,
  attemptTimeoutMs,
  lostAttempt,
  plan,
  planStep,
  retryAtMs,
} from "../incident/plan.ts";
import { findThrottle, type ThrottleLimits } from "../incident/throttle.ts";
import type { EventLog } from "../log/event-log.ts";
import { LogConflict } from "../log/event-log.ts";
import type { ContactMethod, Roster, User } from "../roster.ts";
import { Alarm } from "./alarm.ts";
import type { Leadership } from "./leadership.ts";
import { type Courier, DeliveryError, type Page } from "./page.ts";
import { SteadyTime } from "./steady-time.ts";

export interface OnCallDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly events: EventLog;
  readonly ledger: Ledger;
  readonly leadership: Leadership;
  readonly courier: Courier;
  /** Who and what there is now, as configured. */
  readonly roster: () => Roster;
  readonly limits: ThrottleLimits;
  /** How often to look for what other replicas appended; 0 when there are none. */
  readonly pollMs: number;
  /** Hears of everything that this replica notes, when the ledger has it. */
  readonly onAppended: (events: readonly LoggedEvent[]) => void;
}

/** How often an append may find that others were faster. */
const conflictsMax = 20;
/** How long to wait after the log could not be written or read. */
const troubleMs = 1_000;

export class OnCall {
  readonly ledger: Ledger;
  readonly #deps: OnCallDeps;
  readonly #time: SteadyTime;
  readonly #alarm: Alarm;
  /** Messages that this process is sending. */
  readonly #underWay = new Map<string, Promise<void>>();
  #last: Promise<unknown> = Promise.resolve();

  /** Reads the whole log first. */
  static async open(deps: OnCallDeps): Promise<OnCall> {
    for (const event of await deps.events.read(deps.ledger.sequence)) deps.ledger.apply(event);
    return new OnCall(deps);
  }

  private constructor(deps: OnCallDeps) {
    this.#deps = deps;
    this.ledger = deps.ledger;
    this.#time = new SteadyTime(deps.clock, deps.ledger.lastAtMs);
    this.#alarm = new Alarm(deps.clock);
  }

  nowMs(): number {
    return this.#time.nowMs();
  }

  /** The roster with overrides, swaps and verified contacts. */
  roster(): Roster {
    return this.ledger.amend(this.#deps.roster());
  }

  /** Takes an alert in. Resolves with its incident when that is in the log. */
  async trigger(report: AlertReport): Promise<Incident | undefined> {
    const newId = uuid(this.#deps.random);
    await this.transact((known) => decideTrigger(known, report, newId));
    return this.ledger.findOpen(report.service, report.dedupKey);
  }

  /** Does what a person or a sender of alerts wants done to an incident. */
  async command(incident: string, command: Command): Promise<Incident | undefined> {
    await this.transact((known) => decideCommand(known, known.ledger.find(incident), command));
    return this.ledger.find(incident);
  }

  /** Appends what `decide` makes of what is known; asks again when others appended meanwhile. */
  transact(decide: (known: Known) => readonly EventDraft[]): Promise<readonly LoggedEvent[]> {
    return this.alone(() => this.#transactNow(decide));
  }

  /** Sends a message that is to be confirmed by whoever gets it. */
  sendVerification(user: User, contact: ContactMethod): Promise<AttemptOutcome> {
    return this.#attempt({
      id: verificationId(user.id, contact),
      purpose: "verification",
      incident: "",
      number: 0,
      service: "on-call",
      alert: { title: "", details: "", severity: "", source: "own", links: [], heldBack: "" },
      user: user.id,
      fullName: user.fullName,
      contact,
      reason: "",
      openedAtMs: this.nowMs(),
    });
  }

  /** Does something to the log while nothing is appended to it. */
  alone<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Does what is due whenever this replica leads, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const term = await this.#deps.leadership.lead(signal);
        await this.#lead(AbortSignal.any([signal, term]));
      } catch (error) {
        if (signal.aborted) break;
        this.#deps.log.error("paging is interrupted", error);
        await this.#alarm.wait(troubleMs, signal);
      }
    }
    await Promise.all(this.#underWay.values());
  }

  async #lead(term: AbortSignal): Promise<void> {
    while (!term.aborted) {
      await this.alone(() => this.#readOn());
      const actions = [...this.ledger.listOpen()].flatMap(plan).filter((one) => this.#isOurs(one));
      const nowMs = this.nowMs();
      const due = actions
        .filter(({ dueMs }) => dueMs <= nowMs)
        .sort((left, right) => left.dueMs - right.dueMs);
      for (const action of due) await this.#act(action, term);
      if (due.some(({ kind }) => kind !== "send")) continue;
      await this.#alarm.wait(this.#waitMs(actions, nowMs), term);
    }
  }

  /** Until the next action is due, or until others have to be asked. */
  #waitMs(actions: readonly Action[], nowMs: number): number {
    const later = actions.filter(({ dueMs }) => dueMs > nowMs).map(({ dueMs }) => dueMs - nowMs);
    const { pollMs } = this.#deps;
    return Math.min(...later, pollMs > 0 ? pollMs : Number.POSITIVE_INFINITY);
  }

  /** What this process is sending ends by itself. */
  #isOurs(action: Action): boolean {
    return !("message" in action) || !this.#underWay.has(action.message);
  }

  async #act(action: Action, term: AbortSignal): Promise<void> {
    if (term.aborted) return;
    switch (action.kind) {
      case "startStep":
        await this.#startStep(action);
        break;
      case "send":
        await this.#startSending(action);
        break;
      case "settle":
        await this.#noteAttempt(action, lostAttempt);
        break;
      case "exhaust":
      case "wake":
        await this.#transactIfPlanned(action, ({ status }) => [
          action.kind === "exhaust"
            ? { kind: "exhausted", incident: action.incident }
            : status === "snoozed"
              ? { kind: "woken", incident: action.incident }
              : { kind: "unacknowledged", incident: action.incident, by: "timeout" },
        ]);
        break;
    }
  }

  async #startStep(action: Extract<Action, { readonly kind: "startStep" }>): Promise<void> {
    const newId = uuid(this.#deps.random);
    await this.#transactIfPlanned(action, (incident, known) => {
      const { round, step } = action;
      const content = planStep(incident, action, known.nowMs);
      const started = {
        kind: "stepStarted",
        incident: incident.id,
        round,
        step,
        ...content,
      } as const;
      const isOwn = incident.alert.source === "own";
      if (content.messages.length > 0 || isOwn) return [started];
      const title = `Nobody could be paged for ${incident.service}`;
      const details = content.leftOut.map(({ detail }) => detail).join("; ");
      const key = `nobody/${incident.service}/${step}`;
      return [started, ...decideOwnAlert(known, { key, title, details }, newId)];
    });
  }

  /** Notes that a message is being sent, then sends it; the end is noted when it comes. */
  async #startSending(action: Extract<Action, { readonly kind: "send" }>): Promise<void> {
    const { limits, log } = this.#deps;
    const [event] = await this.#transactIfPlanned(action, (incident, { ledger, nowMs }) => {
      const message = incident.messages.get(action.message);
      if (message === undefined) return [];
      const place = { incident: incident.id, message: message.id };
      const leftOut = findThrottle(ledger.list(), message, limits, nowMs);
      return [
        leftOut === undefined
          ? { kind: "attemptStarted", ...place }
          : { kind: "withheld", ...place, leftOut },
      ];
    });
    if (event?.kind !== "attemptStarted") return;
    const sending = this.#send(action)
      .catch((error: unknown) => log.error("the end of an attempt is not noted", error))
      .finally(() => {
        this.#underWay.delete(action.message);
        this.#alarm.ring();
      });
    this.#underWay.set(action.message, sending);
  }

  async #send(action: Extract<Action, { readonly kind: "send" }>): Promise<void> {
    const incident = this.ledger.find(action.incident);
    const message = incident?.messages.get(action.message);
    if (incident === undefined || message === undefined) return;
    await this.#noteAttempt(action, await this.#attempt(pageOf(incident, message)));
  }

  async #attempt(page: Page): Promise<AttemptOutcome> {
    const { clock, courier } = this.#deps;
    const late = new AbortController();
    const { promise: noAnswer, reject } = Promise.withResolvers<never>();
    using _timer = clock.schedule(attemptTimeoutMs, () => {
      late.abort(new Error("no answer came"));
      reject(late.signal.reason);
    });
    try {
      // Also a courier that does not heed the signal is given up.
      return await Promise.race([courier.send(page, late.signal), noAnswer]);
    } catch (error) {
      const known = error instanceof DeliveryError ? error : undefined;
      return {
        kind: "failed",
        error: known?.message ?? describeError(error),
        isRetryable: known?.isRetryable ?? true,
        isAmbiguous: late.signal.aborted || (known?.isAmbiguous ?? false),
      };
    }
  }

  async #noteAttempt(
    { incident: id, message: messageId }: { readonly incident: string; readonly message: string },
    outcome: AttemptOutcome,
  ): Promise<void> {
    await this.transact(({ ledger, nowMs }) => {
      const incident = ledger.find(id);
      const message = incident?.messages.get(messageId);
      // Whoever settled it first has said the last word.
      if (incident === undefined || message?.state !== "sending") return [];
      const retry = retryAtMs(incident, message, outcome, nowMs);
      return [
        { kind: "attemptEnded", incident: id, message: messageId, outcome, retryAtMs: retry },
      ];
    });
  }

  /** Decides only when the action is still what is to be done, and due. */
  #transactIfPlanned(
    action: Action,
    decide: (incident: Incident, known: Known) => readonly EventDraft[],
  ): Promise<readonly LoggedEvent[]> {
    return this.transact((known) => {
      const incident = known.ledger.find(action.incident);
      if (incident === undefined) return [];
      const isPlanned = plan(incident).some(
        (one) => isSame(one, action) && one.dueMs <= known.nowMs,
      );
      return isPlanned ? decide(incident, known) : [];
    });
  }

  async #transactNow(
    decide: (known: Known) => readonly EventDraft[],
  ): Promise<readonly LoggedEvent[]> {
    const { ledger, events } = this.#deps;
    for (let conflicts = 0; ; conflicts++) {
      // What other replicas took in counts, also before a refusal.
      await this.#readOn();
      const nowMs = Math.max(this.nowMs(), ledger.lastAtMs);
      const drafts = decide({ ledger, roster: this.roster(), nowMs });
      if (drafts.length === 0) return [];
      try {
        const appended = await events.append(ledger.sequence, nowMs, drafts);
        for (const event of appended) ledger.apply(event);
        this.#deps.onAppended(appended);
        this.#alarm.ring();
        return appended;
      } catch (error) {
        if (!(error instanceof LogConflict) || conflicts === conflictsMax) throw error;
      }
    }
  }

  async #readOn(): Promise<void> {
    const { ledger, events } = this.#deps;
    for (const event of await events.read(ledger.sequence)) ledger.apply(event);
    this.#time.atLeast(ledger.lastAtMs);
  }
}

function isSame(left: Action, right: Action): boolean {
  if (left.kind !== right.kind || left.incident !== right.incident) return false;
  if (left.kind === "startStep" && right.kind === "startStep") {
    return left.round === right.round && left.step === right.step;
  }
  return "message" in left && "message" in right ? left.message === right.message : true;
}

function pageOf(incident: Incident, message: Message): Page {
  const user = incident.snapshot.users.find(({ id }) => id === message.user);
  return {
    id: message.id,
    purpose: message.purpose,
    incident: incident.id,
    number: incident.number,
    service: incident.service,
    alert: incident.alert,
    user: message.user,
    fullName: user?.fullName ?? message.user,
    contact: message.contact,
    reason: message.reason,
    openedAtMs: incident.openedAtMs,
  };
}
