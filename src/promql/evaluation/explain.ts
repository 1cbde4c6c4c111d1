import type { Clock } from "#base";
import type { Plan } from "../plan/plan.ts";
import type { ExplainedExpr } from "../result.ts";
import type { Evaluator, Scope, Sink } from "./scope.ts";

interface Measured {
  readonly plan: Plan;
  readonly children: Measured[];
  seriesCount: number;
  elapsedMs: number;
}

/** Evaluates, and notes for each part of the expression what it gave and how long it took. */
export class ExplainingEvaluator implements Evaluator {
  readonly #evaluator: Evaluator;
  readonly #clock: Clock;
  #current: Measured | undefined = undefined;
  #root: Measured | undefined = undefined;

  constructor(evaluator: Evaluator, clock: Clock) {
    this.#evaluator = evaluator;
    this.#clock = clock;
  }

  stream(plan: Plan, scope: Scope, sink: Sink): Promise<void> {
    return this.#measure(plan, (measured) =>
      this.#evaluator.stream(plan, scope, (column) => {
        measured.seriesCount++;
        sink(column);
      }),
    );
  }

  scalar(plan: Plan, scope: Scope): Promise<Float64Array> {
    return this.#measure(plan, (measured) => {
      measured.seriesCount = 1;
      return this.#evaluator.scalar(plan, scope);
    });
  }

  explained(): ExplainedExpr | undefined {
    return this.#root === undefined ? undefined : explain(this.#root);
  }

  async #measure<T>(plan: Plan, evaluate: (measured: Measured) => Promise<T>): Promise<T> {
    const parent = this.#current;
    const measured: Measured = { plan, children: [], seriesCount: 0, elapsedMs: 0 };
    parent?.children.push(measured);
    this.#root ??= measured;
    this.#current = measured;
    const startedMs = this.#clock.elapsedMs();
    const value = await evaluate(measured);
    measured.elapsedMs = this.#clock.elapsedMs() - startedMs;
    this.#current = parent;
    return value;
  }
}

function explain({ plan, children, seriesCount, elapsedMs }: Measured): ExplainedExpr {
  const { start, end } = plan.span;
  return { start, end, kind: plan.kind, seriesCount, elapsedMs, children: children.map(explain) };
}
