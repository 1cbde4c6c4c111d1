import type { AggregationDefinition } from "../aggregation-definition.ts";
import type { AggregationOperator } from "../syntax/ast.ts";
import { avg } from "./avg.ts";
import { count, group } from "./count.ts";
import { stddev, stdvar } from "./deviation.ts";
import { max, min } from "./extreme.ts";
import { limitk, limitRatio } from "./limit.ts";
import { quantile } from "./quantile.ts";
import { bottomk, topk } from "./rank.ts";
import { sum } from "./sum.ts";

const definitions: readonly AggregationDefinition[] = [
  avg,
  bottomk,
  count,
  group,
  limitk,
  limitRatio,
  max,
  min,
  quantile,
  stddev,
  stdvar,
  sum,
  topk,
];

const byOperator: ReadonlyMap<AggregationOperator, AggregationDefinition> = new Map(
  definitions.map((definition) => [definition.operator, definition]),
);

/** The definition of an aggregation other than `count_values`, which makes its own groups. */
export function getAggregation(operator: AggregationOperator): AggregationDefinition {
  const definition = byOperator.get(operator);
  if (definition === undefined) throw new TypeError(`no aggregation is called ${operator}`);
  return definition;
}
