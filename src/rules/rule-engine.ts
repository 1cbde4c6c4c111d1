import { compareText, RecentValues, sleep } from "#base";
import type { ParserOptions } from "#promql";
import { isSameGroup, type RuleGroupSpec } from "./file/rule-spec.ts";
import { EvaluationSlots } from "./group/evaluation-slots.ts";
import { runGroup } from "./group/group-loop.ts";
import type { RuleDeps, RuleOptions, RuleSettings } from "./group/ports.ts";
import { type GroupDeps, RuleGroup } from "./group/rule-group.ts";
import { type RuleGroupView, viewGroup } from "./group/views.ts";

/** The rule files of a configuration, read and checked. */
export interface RuleFiles {
  readonly files: readonly { readonly path: string; readonly groups: readonly RuleGroupSpec[] }[];
  readonly settings: RuleSettings;
}

interface RunningGroup {
  readonly group: RuleGroup;
  readonly controller: AbortController;
  /** Settles when it has been stopped and its evaluation under way has ended. */
  ended: Promise<void>;
}

/** Evaluates all groups of rules, each in a loop of its own. */
export class RuleEngine {
  readonly #deps: GroupDeps;
  readonly #options: RuleOptions;
  readonly #parser: ParserOptions;
  readonly #controller = new AbortController();
  /** How long rules, and whole groups, took to evaluate. */
  readonly ruleDurations = new RecentValues([0.5, 0.9, 0.99]);
  readonly groupDurations = new RecentValues([0.01, 0.05, 0.5, 0.9, 0.99]);
  readonly templateCounts = { expansions: 0, failures: 0 };
  readonly #farewells = new Set<Promise<void>>();
  #groups = new Map<string, RunningGroup>();
  #settings: RuleSettings = emptySettings;
  #isRunning = false;
  #isLoaded = false;
  #reportFailure: ((error: unknown) => void) | undefined;

  constructor(
    deps: RuleDeps,
    options: { readonly rules: RuleOptions; readonly parser: ParserOptions },
  ) {
    const { concurrentEvaluationsMax } = options.rules;
    this.#options = options.rules;
    this.#parser = options.parser;
    this.#deps = {
      ...deps,
      slots:
        concurrentEvaluationsMax > 0 ? new EvaluationSlots(concurrentEvaluationsMax) : undefined,
      ruleDurations: this.ruleDurations,
      groupDurations: this.groupDurations,
      templateCounts: this.templateCounts,
      cancelled: this.#controller.signal,
    };
  }

  /**
   * Puts other rules into place. Groups that are the same go on undisturbed; changed ones finish their
   * evaluation, and the new ones take over the state of rules that have kept name and labels.
   */
  async apply({ files, settings }: RuleFiles): Promise<void> {
    this.#settings = settings;
    const former = this.#groups;
    const wanted = files.flatMap(({ path, groups }) =>
      groups.map((spec) => this.#createGroup(path, spec)),
    );
    this.#isLoaded = true;
    const next = new Map<string, RunningGroup>();
    const changed: RunningGroup[] = [];
    for (const group of wanted) {
      const key = keyOf(group);
      const present = former.get(key);
      if (present !== undefined && isUnchanged(present.group, group)) {
        next.set(key, present);
        former.delete(key);
        continue;
      }
      const added = { group, controller: new AbortController(), ended: Promise.resolve() };
      next.set(key, added);
      changed.push(added);
    }
    this.#groups = next;
    await this.#replace(former, changed);
  }

  /** Evaluates until `signal` aborts; rejects only for a bug. Rules may be applied before or after. */
  async run(signal: AbortSignal): Promise<void> {
    const failed = new Promise<never>((_resolve, reject) => {
      this.#reportFailure = reject;
    });
    this.#isRunning = true;
    for (const running of this.#groups.values()) this.#start(running);
    try {
      await Promise.race([failed, abortOf(signal)]);
    } finally {
      this.#isRunning = false;
      this.#controller.abort();
      for (const { controller } of this.#groups.values()) controller.abort();
      await Promise.allSettled([...this.#groups.values()].map(({ ended }) => ended));
      await Promise.allSettled(this.#farewells);
    }
  }

  /** All groups, sorted by file and name. */
  groups(): readonly RuleGroupView[] {
    return this.runningGroups().map(viewGroup);
  }

  /** The groups themselves, for metrics and tests. */
  runningGroups(): readonly RuleGroup[] {
    return [...this.#groups.values()]
      .map(({ group }) => group)
      .sort(
        (left, right) =>
          compareText(left.options.file, right.options.file) ||
          compareText(left.options.spec.name, right.options.spec.name),
      );
  }

  #createGroup(file: string, spec: RuleGroupSpec): RuleGroup {
    return new RuleGroup(this.#deps, {
      file,
      spec,
      intervalMs: spec.intervalMs === 0 ? this.#settings.intervalMs : spec.intervalMs,
      // Alerts of rules that a reload adds have no past to be restored.
      isRestoring: !this.#isLoaded,
      parser: this.#parser,
      rules: this.#options,
      settings: () => this.#settings,
    });
  }

  async #replace(
    former: ReadonlyMap<string, RunningGroup>,
    changed: readonly RunningGroup[],
  ): Promise<void> {
    for (const { controller } of former.values()) controller.abort();
    await Promise.all([...former.values()].map(({ ended }) => ended));
    for (const running of changed) {
      const old = former.get(keyOf(running.group));
      if (old !== undefined) running.group.copyState(old.group);
      if (this.#isRunning) this.#start(running);
    }
    const kept = new Set(changed.map(({ group }) => keyOf(group)));
    for (const [key, { group }] of former) if (!kept.has(key)) this.#bidFarewell(group);
  }

  #start(running: RunningGroup): void {
    const { group, controller } = running;
    running.ended = runGroup(group, this.#deps.clock, controller.signal).catch((error: unknown) => {
      this.#reportFailure?.(error);
    });
  }

  /** Marks the end of a removed group's series, when rules that took them over have begun to write. */
  #bidFarewell(group: RuleGroup): void {
    const { clock } = this.#deps;
    const atMs = clock.nowMs();
    group.endAllSeries();
    const { signal } = this.#controller;
    const farewell = sleep(clock, 2 * group.options.intervalMs, signal)
      .then(() => group.markEnded(atMs))
      .catch((error: unknown) => {
        // At a shutdown nothing has ended: the next start goes on with the same series.
        if (!signal.aborted) this.#reportFailure?.(error);
      })
      .finally(() => this.#farewells.delete(farewell));
    this.#farewells.add(farewell);
  }
}

const emptySettings: RuleSettings = {
  externalLabels: [],
  externalUrl: "",
  intervalMs: 60_000,
  queryOffsetMs: 0,
};

function keyOf(group: RuleGroup): string {
  return `${group.options.file};${group.options.spec.name}`;
}

function isUnchanged(present: RuleGroup, wanted: RuleGroup): boolean {
  if (present.options.intervalMs !== wanted.options.intervalMs) return false;
  return isSameGroup(present.options.spec, wanted.options.spec);
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
