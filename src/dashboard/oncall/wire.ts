/** What on-call's API answers, as far as the pages show it. Times are RFC 3339 in UTC. */

export interface SessionAnswer {
  readonly caller: "person" | "program" | "anybody" | "unknown";
  readonly user: string | null;
}

export interface Contact {
  readonly id: string;
  readonly kind: string;
  readonly isVerified: boolean;
  /** Whether it was added here and can be taken away here. */
  readonly isRemovable: boolean;
}

export interface Person {
  readonly name: string;
  readonly fullName: string;
  readonly timeZone: string;
  readonly contacts: readonly Contact[];
}

interface Stretch {
  readonly from: string;
  readonly until: string;
}

export interface Duty extends Stretch {
  /** `null` is nobody. */
  readonly user: string | null;
  readonly by: string;
}

export interface NowRow {
  readonly schedule: string;
  readonly timeZone: string;
  readonly now?: Duty;
  readonly next?: Duty;
  /** The path of its calendar, without its extension. */
  readonly calendar: string;
}

interface PagedPerson {
  readonly user: string;
  readonly reason: string;
}

/** How many incidents may page a person in a time, and how many did whom it would page first. */
export interface PageBudget {
  readonly pages: number;
  readonly perMs: number;
  readonly used: readonly { readonly user: string; readonly pages: number }[];
}

export interface ServiceRow {
  readonly name: string;
  readonly team: string;
  readonly policy: string;
  readonly repeatCount: number;
  readonly budget: PageBudget;
  readonly steps: readonly {
    readonly afterMs: number;
    readonly people: readonly PagedPerson[];
    readonly missing: readonly string[];
  }[];
}

export interface Override extends Stretch {
  readonly id: string;
  readonly user?: string;
  readonly replaces?: string;
  readonly isRemovable: boolean;
}

export interface Swap extends Stretch {
  readonly id: string;
  readonly users: readonly [string, string];
  readonly isRemovable: boolean;
}

export interface ScheduleDetail {
  readonly name: string;
  readonly timeZone: string;
  readonly layers: readonly {
    readonly name: string;
    readonly members: readonly string[];
    readonly duties: readonly Duty[];
  }[];
  readonly overrides: readonly Override[];
  readonly swaps: readonly Swap[];
  readonly final: readonly Duty[];
}

export interface SchedulePreview {
  readonly final: readonly Duty[];
  readonly problems: readonly string[];
}

export interface Finding {
  /** `schedule web`, `policy web (default)`, `user alice`, `on-call`. */
  readonly object: string;
  readonly problem: string;
}

export type MessageState =
  | "queued"
  | "sending"
  | "sent"
  | "delivered"
  | "failed"
  | "withdrawn"
  | "withheld";

export interface Message {
  readonly id: string;
  /** A ticket asks nobody to get up. */
  readonly purpose: "page" | "ticket";
  readonly user: string;
  readonly kind: string;
  readonly contact: string;
  readonly round: number;
  readonly step: number;
  readonly reason: string;
  readonly state: MessageState;
  readonly attempts: number;
  readonly dueAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly error: string;
}

export type IncidentStatus = "triggered" | "acknowledged" | "snoozed" | "resolved";

export interface Incident {
  readonly id: string;
  readonly number: number;
  readonly status: IncidentStatus;
  readonly urgency: "high" | "low";
  readonly service: string;
  readonly team: string;
  readonly title: string;
  readonly details: string;
  readonly severity: string;
  readonly source: string;
  readonly links: readonly { readonly text: string; readonly href: string }[];
  readonly alertCount: number;
  readonly policy: string;
  readonly openedAt: string;
  readonly acknowledgedAt?: string;
  readonly acknowledgedBy: string;
  readonly resolvedAt?: string;
  readonly resolvedBy: string;
  readonly isExhausted: boolean;
  readonly verdict?: string;
  readonly awaited?: {
    readonly dueAt: string;
    readonly people: readonly PagedPerson[];
    readonly text: string;
  };
  readonly messages: readonly Message[];
}

interface Reason {
  readonly at: string;
  readonly kind: string;
  readonly text: string;
  readonly isSuppression: boolean;
}

export interface IncidentDetail extends Incident {
  readonly timeline: readonly Reason[];
  readonly quietCause?: { readonly cause: string; readonly detail: string };
}

export interface Why {
  readonly summary: string;
  readonly reasons: readonly Reason[];
}

export interface WhyAlert {
  readonly at: string;
  readonly incident?: number;
  readonly text: string;
}

export interface PersonRow {
  readonly user: string;
  readonly pages: number;
  readonly outOfHours: number;
  readonly acknowledged: number;
  readonly acknowledgeMs?: number;
  readonly falseShare?: number;
}

export interface ShiftRow extends Stretch {
  readonly schedule: string;
  readonly user: string;
  readonly pages: number;
  readonly outOfHours: number;
}

export interface PersonalPage {
  readonly user: string;
  readonly at: string;
  /** What their own clock showed: `2026-01-05T03:12`. */
  readonly wallTime: string;
  readonly incident: number;
  readonly title: string;
  readonly isOutOfHours: boolean;
}

export interface Report extends Stretch {
  readonly rows: readonly PersonRow[];
  readonly shifts: readonly ShiftRow[];
  readonly pages: readonly PersonalPage[];
}

export interface AuditEntry {
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly object: string;
}
