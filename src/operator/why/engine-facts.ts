/** What the monitoring engine tells of the jobs and rules of an object. */

export interface TargetFacts {
  readonly job: string;
  readonly url: string;
  readonly health: "up" | "down" | "unknown";
  readonly lastError: string;
  /** RFC 3339; of year 1 when there was none. */
  readonly lastScrape: string;
  /** Labels before relabelling. */
  readonly discovered: Readonly<Record<string, string>>;
}

export interface DroppedTarget {
  readonly job: string;
  readonly discovered: Readonly<Record<string, string>>;
  /** The step that dropped it, as the configuration has it; undefined when nobody asked. */
  readonly droppedBy: Readonly<Record<string, unknown>> | undefined;
}

export interface RuleFacts {
  readonly group: string;
  readonly name: string;
  readonly health: string;
  readonly lastError: string;
  /** Of alerts: `inactive`, `pending`, `firing`; empty for recordings. */
  readonly state: string;
}

export interface EngineFacts {
  /** Names of all jobs that are in force. */
  readonly jobs: ReadonlySet<string>;
  readonly active: readonly TargetFacts[];
  readonly dropped: readonly DroppedTarget[];
  readonly rules: readonly RuleFacts[];
}
