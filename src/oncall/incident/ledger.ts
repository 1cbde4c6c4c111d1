/** Everything that the log says, in memory: a fold of its events, and the events themselves. */
import type { ContactMethod, Roster, User } from "../roster.ts";
import type { Override, Schedule, Swap } from "../schedule/schedule.ts";
import type { EventDraft, LoggedEvent, SuppressionCause } from "./event.ts";
import { fold } from "./fold.ts";
import { type Incident, isOpen } from "./incident.ts";
import { PageCounts } from "./page-budget.ts";

export type SuppressedAlert = Extract<LoggedEvent, { readonly kind: "suppressed" }>;

interface Agreements {
  readonly overrides: readonly Override[];
  readonly swaps: readonly Swap[];
}

/** How many alerts that led to nothing are remembered. */
const suppressedMax = 10_000;
/** How many changes that concern no incident are remembered. */
const changesMax = 10_000;

export class Ledger {
  readonly pageCounts = new PageCounts();
  readonly #incidents = new Map<string, Incident>();
  readonly #open = new Map<string, Incident>();
  readonly #openByKey = new Map<string, string>();
  readonly #lastByKey = new Map<string, string>();
  readonly #byNumber = new Map<number, string>();
  readonly #events = new Map<string, LoggedEvent[]>();
  readonly #overrides = new Map<string, readonly Override[]>();
  readonly #swaps = new Map<string, readonly Swap[]>();
  /** Contact methods that no file names, by user. */
  readonly #added = new Map<string, readonly ContactMethod[]>();
  readonly #verified = new Set<string>();
  readonly #suppressed: SuppressedAlert[] = [];
  readonly #changes: LoggedEvent[] = [];
  #sequence = 0;
  #lastAtMs = 0;
  #number = 0;

  /** The place of the last event in the log. */
  get sequence(): number {
    return this.#sequence;
  }

  /** When the last event happened. */
  get lastAtMs(): number {
    return this.#lastAtMs;
  }

  get nextNumber(): number {
    return this.#number + 1;
  }

  apply(event: LoggedEvent): void {
    this.#sequence = event.sequence;
    this.#lastAtMs = Math.max(this.#lastAtMs, event.atMs);
    this.pageCounts.apply(event);
    if (event.incident === undefined) this.#applyChange(event);
    else this.#applyToIncident(event.incident, event);
  }

  list(): Iterable<Incident> {
    return this.#incidents.values();
  }

  listOpen(): Iterable<Incident> {
    return this.#open.values();
  }

  find(id: string): Incident | undefined {
    return this.#incidents.get(id);
  }

  findByNumber(number: number): Incident | undefined {
    return this.find(this.#byNumber.get(number) ?? "");
  }

  /** The open incident of a service with this key. */
  findOpen(service: string, dedupKey: string): Incident | undefined {
    return this.find(this.#openByKey.get(keyOf(service, dedupKey)) ?? "");
  }

  /** The latest incident of a service with this key, open or not. */
  findLast(service: string, dedupKey: string): Incident | undefined {
    return this.find(this.#lastByKey.get(keyOf(service, dedupKey)) ?? "");
  }

  /** Everything that happened to an incident, in order. */
  eventsOf(id: string): readonly LoggedEvent[] {
    return this.#events.get(id) ?? [];
  }

  suppressed(): readonly SuppressedAlert[] {
    return this.#suppressed;
  }

  /** Whether it was noted since then that this alert led to nothing for this cause. */
  wasSuppressed(key: string, cause: SuppressionCause, sinceMs: number): boolean {
    for (let at = this.#suppressed.length - 1; at >= 0; at--) {
      const note = this.#suppressed[at];
      if (note === undefined || note.atMs <= sinceMs) return false;
      if (note.key === key && note.cause === cause) return true;
    }
    return false;
  }

  /** What was changed, and by whom. */
  changes(): readonly LoggedEvent[] {
    return this.#changes;
  }

  /** What people agreed on in a schedule, beside what its file says. */
  agreedOn(schedule: string): Agreements {
    return {
      overrides: this.#overrides.get(schedule) ?? [],
      swaps: this.#swaps.get(schedule) ?? [],
    };
  }

  /** Contact methods of a user that no file names. */
  addedContacts(user: string): readonly ContactMethod[] {
    return this.#added.get(user) ?? [];
  }

  /** The roster with what people agreed on since it was configured. */
  amend(roster: Roster): Roster {
    const schedules = [...roster.schedules.values()].map((one) => this.#amendSchedule(one));
    const users = [...roster.users.values()].map((one) => this.#amendUser(one));
    return {
      ...roster,
      schedules: new Map(schedules.map((one) => [one.name, one])),
      users: new Map(users.map((one) => [one.id, one])),
    };
  }

  #amendSchedule(schedule: Schedule): Schedule {
    const { overrides, swaps } = this.agreedOn(schedule.name);
    return {
      ...schedule,
      overrides: [...schedule.overrides, ...overrides],
      swaps: [...schedule.swaps, ...swaps],
    };
  }

  #amendUser(user: User): User {
    const added = this.addedContacts(user.id);
    const verified = (contact: ContactMethod) =>
      contact.isVerified || this.#verified.has(contactKey(user.id, contact.id, contact.address));
    // Whoever has rules is told by what was added at once; without rules everything is at once.
    const rules =
      user.rules.length === 0 ? [] : added.map(({ id }) => ({ contact: id, afterMs: 0 }));
    return {
      ...user,
      contacts: [...user.contacts, ...added].map((one) => ({ ...one, isVerified: verified(one) })),
      rules: [...user.rules, ...rules],
    };
  }

  #applyToIncident(id: string, event: Extract<LoggedEvent, { readonly incident: string }>): void {
    const folded = fold(this.#incidents.get(id), event);
    if (folded === undefined) return;
    this.#incidents.set(id, folded);
    const events = this.#events.get(id);
    if (events === undefined) this.#events.set(id, [event]);
    else events.push(event);
    const key = keyOf(folded.service, folded.dedupKey);
    if (event.kind === "opened") this.#lastByKey.set(key, id);
    if (isOpen(folded)) {
      this.#open.set(id, folded);
      this.#openByKey.set(key, id);
    } else {
      this.#open.delete(id);
      if (this.#openByKey.get(key) === id) this.#openByKey.delete(key);
    }
    this.#byNumber.set(folded.number, id);
    this.#number = Math.max(this.#number, folded.number);
  }

  #applyChange(event: Extract<LoggedEvent, { readonly incident?: undefined }>): void {
    switch (event.kind) {
      case "overrideAdded":
        appendTo(this.#overrides, event.schedule, event.override);
        break;
      case "overrideRemoved":
        removeFrom(this.#overrides, event.schedule, event.id);
        break;
      case "swapAdded":
        appendTo(this.#swaps, event.schedule, event.swap);
        break;
      case "swapRemoved":
        removeFrom(this.#swaps, event.schedule, event.id);
        break;
      case "contactAdded": {
        const { user, contact: id, contactKind: kind, address } = event;
        removeFrom(this.#added, user, id);
        appendTo(this.#added, user, { id, kind, address, isVerified: false });
        break;
      }
      case "contactRemoved":
        removeFrom(this.#added, event.user, event.contact);
        break;
      case "contactVerified":
        this.#verified.add(contactKey(event.user, event.contact, event.address));
        break;
      case "suppressed":
        pushBounded(this.#suppressed, event, suppressedMax);
        return;
      case "configured":
        break;
    }
    pushBounded(this.#changes, event, changesMax);
  }
}

/** An event in the log's words: with its place and its time. */
export function logged(draft: EventDraft, sequence: number, atMs: number): LoggedEvent {
  return { ...draft, sequence, atMs };
}

function keyOf(service: string, dedupKey: string): string {
  return JSON.stringify([service, dedupKey]);
}

/** An address that was changed has to be verified anew. */
function contactKey(user: string, contact: string, address: string): string {
  return JSON.stringify([user, contact, address]);
}

function appendTo<T>(lists: Map<string, readonly T[]>, key: string, item: T): void {
  lists.set(key, [...(lists.get(key) ?? []), item]);
}

function removeFrom<T extends { readonly id: string }>(
  lists: Map<string, readonly T[]>,
  key: string,
  id: string,
): void {
  lists.set(
    key,
    (lists.get(key) ?? []).filter((item) => item.id !== id),
  );
}

function pushBounded<T>(list: T[], item: T, max: number): void {
  list.push(item);
  if (list.length > max) list.splice(0, list.length - max);
}
