import type { KeyHistory, Version } from "./key-history.ts";
import { positionOf, revisionOf } from "./position.ts";
import type { LogRecord } from "./revision-log.ts";
import type { Condition, Write } from "./store.ts";

/** One commit as it was asked for. */
export interface CommitRequest {
  readonly conditions: readonly Condition[];
  readonly writes: readonly Write[];
}

/** What the requests of one group come to when all of them are applied in order. */
export interface GroupPlan {
  readonly records: readonly LogRecord[];
  /** One for each request. */
  readonly verdicts: readonly Verdict[];
  /** The newest revision after the group. */
  readonly revision: number;
}

type Verdict =
  | { readonly kind: "committed"; readonly revision: number }
  /** `version` stands where the condition expected something else. */
  | { readonly kind: "conflict"; readonly key: string; readonly version: Version | undefined };

/** The state before the group, as far as planning needs it. */
export interface PlanBase {
  readonly revision: number;
  find(key: string): Pick<KeyHistory, "newest"> | undefined;
}

/**
 * Decides a group of commits, each against the state that the ones before it leave behind. Pure:
 * nothing has happened until the records are durable, and a group that fails leaves no trace.
 */
export function planGroup(base: PlanBase, requests: readonly CommitRequest[]): GroupPlan {
  const records: LogRecord[] = [];
  const written = new Map<string, Version | undefined>();
  let revision = base.revision;

  const standing = (key: string): Version | undefined =>
    written.has(key) ? written.get(key) : base.find(key)?.newest;

  const decide = ({ conditions, writes }: CommitRequest): Verdict => {
    for (const condition of conditions) {
      const version = standing(condition.key);
      const actual = version === undefined ? 0 : revisionOf(version.position);
      if (actual !== condition.revision) return { kind: "conflict", key: condition.key, version };
    }
    const effective = writes.filter((write) => write.kind === "put" || standing(write.key));
    if (effective.length === 0) return { kind: "committed", revision };
    revision++;
    for (const [index, write] of effective.entries()) {
      const record = recordOf(write, positionOf(revision, index), standing(write.key));
      records.push(record);
      written.set(write.key, record.createRevision === 0 ? undefined : record);
    }
    return { kind: "committed", revision };
  };

  const verdicts = requests.map(decide);
  return { records, verdicts, revision };
}

function recordOf(write: Write, position: number, previous: Version | undefined): LogRecord {
  const { key } = write;
  if (write.kind === "delete") return { position, key, createRevision: 0, value: undefined };
  const createRevision = previous?.createRevision ?? revisionOf(position);
  return { position, key, createRevision, value: write.value };
}
