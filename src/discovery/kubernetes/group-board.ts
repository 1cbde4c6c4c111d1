import type { Clock } from "#base";
import type { Live } from "#api";
import type { Informer } from "#client";
import { emptyGroup } from "../refreshing.ts";
import type { Publish, TargetGroup } from "../target-group.ts";

/** A burst of changes becomes one publication. */
const gatherMs = 20;

/** How an object becomes a group of targets. */
export interface GroupRules<T> {
  sourceOf(object: Live<T>): string;
  groupOf(object: Live<T>): TargetGroup;
}

/** Marks the groups of objects as out of date, because something that they tell about changed. */
export type Touch<T> = (objects: readonly Live<T>[]) => void;

/** Groups that are out of date. They are built anew and published together, a moment later. */
export class GroupBoard implements Disposable {
  readonly #clock: Clock;
  readonly #publish: Publish;
  readonly #count: (event: "add" | "update" | "delete") => void;
  readonly #outdated = new Map<string, () => TargetGroup>();
  #timer: Disposable | undefined;
  #isOpen = false;

  /** `count` is told what happens to objects. */
  constructor(clock: Clock, publish: Publish, count: (event: "add" | "update" | "delete") => void) {
    this.#clock = clock;
    this.#count = count;
    this.#publish = publish;
  }

  /** Keeps a group for each object of an informer. */
  follow<T>(
    informer: Pick<Informer<T>, "onChange">,
    rules: GroupRules<T>,
    scope: DisposableStack,
  ): Touch<T> {
    const touch: Touch<T> = (objects) => {
      for (const object of objects) {
        this.#mark(rules.sourceOf(object), () => rules.groupOf(object));
      }
    };
    const onChange: Parameters<Informer<T>["onChange"]>[0] = ({ before, after }) => {
      if (after === undefined) this.#count("delete");
      else this.#count(before === undefined ? "add" : "update");
      if (after !== undefined) touch([after]);
      else if (before !== undefined) {
        const source = rules.sourceOf(before);
        this.#mark(source, () => emptyGroup(source));
      }
    };
    scope.use(informer.onChange(onChange));
    return touch;
  }

  /** Publishes what is there, all at once, and from now on what changes. */
  open(): void {
    this.#isOpen = true;
    this.#flush();
  }

  [Symbol.dispose](): void {
    this.#isOpen = false;
    this.#timer?.[Symbol.dispose]();
  }

  #mark(source: string, build: () => TargetGroup): void {
    this.#outdated.set(source, build);
    if (!this.#isOpen || this.#timer !== undefined) return;
    this.#timer = this.#clock.schedule(gatherMs, () => this.#flush());
  }

  #flush(): void {
    this.#timer = undefined;
    const groups = Array.from(this.#outdated.values(), (build) => build());
    this.#outdated.clear();
    this.#publish(groups);
  }
}
