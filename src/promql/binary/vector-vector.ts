import { Annotations } from "../annotations.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import type { BinaryPlan } from "../plan/plan.ts";
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
  await ofOne.stream(oneIsLeft ? plan.left : plan.right, (column) => {
    join.addOne(column);
  });
  await ofMany.stream(oneIsLeft ? plan.right : plan.left, (column) => {
    join.addMany(column);
  });
  join.finish((column) => result.give(column));
  result.settle();
  const [ofLeft, ofRight] = oneIsLeft ? [ofOne, ofMany] : [ofMany, ofOne];
  scope.annotations.merge(ofLeft.annotations);
  scope.annotations.merge(ofRight.annotations);
  join.annotate(scope.annotations);
}
