import type { Version } from "./key-history.ts";
import { type CommitRequest, type GroupPlan, type PlanBase, planGroup } from "./group.ts";
import type { LogRecord } from "./revision-log.ts";
import type { Commit, Stored } from "./store.ts";

/** A group takes no further commit after so many, or so many bytes: its sync must not take long. */
const groupCommitsMax = 2_000;
const groupBytesMax = 8 * 1024 ** 2;

export interface CommitQueueDeps {
  readonly base: { revision(): number; find: PlanBase["find"] };
  append(records: readonly LogRecord[]): Promise<void>;
  /** Makes a durable group visible. */
  apply(plan: GroupPlan): void;
  read(key: string, version: Version): Stored;
}

interface Waiting extends CommitRequest {
  readonly resolve: (commit: Commit) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Group commit: while one group is being made durable, whatever else arrives waits and forms the
 * next one. So the cost of a disk sync is shared by as many commits as there are at the time.
 */
export class CommitQueue {
  readonly #deps: CommitQueueDeps;
  #waiting: Waiting[] = [];
  #run: Promise<void> | undefined;
  #isClosed = false;

  constructor(deps: CommitQueueDeps) {
    this.#deps = deps;
  }

  submit(request: CommitRequest): Promise<Commit> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new Error("the store is closed"));
        return;
      }
      this.#waiting.push({ ...request, resolve, reject });
      this.#run ??= this.#commitAll();
    });
  }

  /** Resolves when all that was submitted has been answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#run;
  }

  async #commitAll(): Promise<void> {
    do {
      // Whoever is about to submit in this turn, such as all that the last group answered, joins in.
      await Promise.resolve();
      await this.#commitGroup(this.#waiting.splice(0, groupLength(this.#waiting)));
    } while (this.#waiting.length > 0);
    this.#run = undefined;
  }

  async #commitGroup(group: readonly Waiting[]): Promise<void> {
    const { base, append, apply } = this.#deps;
    const plan = planGroup({ revision: base.revision(), find: base.find }, group);
    try {
      if (plan.records.length > 0) await append(plan.records);
    } catch (error) {
      // Also those in conflict: with what, if the group never happened?
      for (const { reject } of group) reject(new Error("committing", { cause: error }));
      return;
    }
    apply(plan);
    for (const [index, { resolve }] of group.entries()) resolve(this.#answer(plan, index));
  }

  /** Conflicts are answered from the durable state, like any other read. */
  #answer(plan: GroupPlan, index: number): Commit {
    const verdict = plan.verdicts[index];
    if (verdict === undefined) throw new Error("assertion failed: each request has a verdict");
    if (verdict.kind === "committed") return verdict;
    const { key, version } = verdict;
    return { kind: "conflict", key, current: version && this.#deps.read(key, version) };
  }
}

/** How many of the commits that wait make up the next group: at least one. */
function groupLength(waiting: readonly CommitRequest[]): number {
  let bytes = 0;
  for (const [index, { writes }] of waiting.entries()) {
    if (index === groupCommitsMax || bytes > groupBytesMax) return index;
    for (const write of writes) bytes += write.kind === "put" ? write.value.byteLength : 0;
  }
  return waiting.length;
}
