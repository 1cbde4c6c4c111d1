import { Annotations } from "../annotations.ts";
import { absent, type Column } from "../evaluation/column.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import { SeriesMerge } from "../evaluation/series-merge.ts";
import type { BinaryPlan } from "../plan/plan.ts";
import type { VectorMatching } from "../syntax/ast.ts";
import { Matcher } from "./matching.ts";

/** Evaluates `and`, `or` or `unless`: which series stay depends only on where the other side is. */
export async function streamSetOperation(
  plan: BinaryPlan,
  matching: VectorMatching,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const matcher = new Matcher(matching);
  const result = scope.counted(sink);
  if (plan.operator === "or") {
    await streamUnion(plan, matcher, scope, (column) => result.give(column));
  } else {
    await streamFiltered(plan, matcher, scope, (column) => result.give(column));
  }
  result.settle();
}

/** `and` keeps where the right side is, `unless` where it is not. */
async function streamFiltered(
  plan: BinaryPlan,
  matcher: Matcher,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const ofRight = scope.withAnnotations(new Annotations());
  const right = new Presence(matcher, scope);
  await ofRight.stream(plan.right, (column) => {
    right.add(column);
    ofRight.columns.give(column);
  });
  const keepsPresent = plan.operator === "and";
  await scope.stream(plan.left, (column) => {
    if (right.filter(column, keepsPresent ? "present" : "absent")) sink(column);
    else scope.columns.give(column);
  });
  scope.annotations.merge(ofRight.annotations);
}

/** The left side, and the right side where the left is not. */
async function streamUnion(
  plan: BinaryPlan,
  matcher: Matcher,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const left = new Presence(matcher, scope);
  const merge = new SeriesMerge(scope.columns);
  await scope.stream(plan.left, (column) => {
    left.add(column);
    merge.add(column);
  });
  await scope.stream(plan.right, (column) => {
    if (left.filter(column, "absent")) merge.add(column);
    else scope.columns.give(column);
  });
  merge.finish(sink);
}

/** At which steps each match group has a series. */
class Presence {
  readonly #matcher: Matcher;
  readonly #scope: Scope;
  readonly #byKey = new Map<string, Uint8Array>();

  constructor(matcher: Matcher, scope: Scope) {
    this.#matcher = matcher;
    this.#scope = scope;
  }

  add(column: Column): void {
    const key = this.#matcher.keyOf(column.labels);
    let steps = this.#byKey.get(key);
    if (steps === undefined) {
      steps = new Uint8Array(this.#scope.grid.count);
      this.#byKey.set(key, steps);
    }
    for (let step = 0; step < steps.length; step++) {
      if (column.kinds[step] !== absent) steps[step] = 1;
    }
  }

  /** Leaves only the steps at which the column's group is present, or absent. False if none is left. */
  filter(column: Column, where: "present" | "absent"): boolean {
    const steps = this.#byKey.get(this.#matcher.keyOf(column.labels));
    if (steps === undefined) return where === "absent";
    const removed = where === "present" ? 0 : 1;
    for (let step = 0; step < steps.length; step++) {
      if (steps[step] === removed) column.kinds[step] = absent;
    }
    return !column.isEmpty;
  }
}
