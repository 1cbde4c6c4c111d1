import { Annotations } from "../annotations.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import type { BinaryPlan } from "../plan/plan.ts";
import { QueryError } from "../query-error.ts";
import type { VectorMatching } from "../syntax/ast.ts";
import { Join } from "./join.ts";

/**
 * Evaluates arithmetic, comparison or trimming between two vectors. The side with one series per
 * match group is kept whole; the series of the other are matched as they come.
 */
export async function streamVectorVector(
  plan: BinaryPlan,
  matching: VectorMatching,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const oneIsLeft = matching.cardinality === "one-to-many";
  const ofOne = scope.withAnnotations(new Annotations());
  const ofMany = scope.withAnnotations(new Annotations());
  const result = scope.counted(sink);
  const join = new Join(plan, matching, scope);
  const refusal = new LateRefusal();
  await ofOne.stream(oneIsLeft ? plan.left : plan.right, (column) => {
    refusal.try(() => join.addOne(column));
  });
  await ofMany.stream(oneIsLeft ? plan.right : plan.left, (column) => {
    refusal.try(() => join.addMany(column));
  });
  refusal.rethrow();
  join.finish((column) => result.give(column));
  result.settle();
  const [ofLeft, ofRight] = oneIsLeft ? [ofOne, ofMany] : [ofMany, ofOne];
  scope.annotations.merge(ofLeft.annotations);
  scope.annotations.merge(ofRight.annotations);
  join.annotate(scope.annotations);
}

/** Keeps why series do not match until both sides are evaluated: what fails in them comes first. */
class LateRefusal {
  #error: QueryError | undefined = undefined;

  /** Does nothing more once there is a refusal. */
  try(match: () => void): void {
    if (this.#error !== undefined) return;
    try {
      match();
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.#error = error;
    }
  }

  rethrow(): void {
    if (this.#error !== undefined) throw this.#error;
  }
}
