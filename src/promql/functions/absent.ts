import { type Labels, labelsOf, metricNameLabel } from "#series";
import { absent as isAbsent, type Column } from "../evaluation/column.ts";
import { streamRangeCall } from "../evaluation/range-call.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import { defineRangeFunction, defineStreamFunction } from "../function-definition.ts";
import type { Plan } from "../plan/plan.ts";

/** `absent(v)`: 1 where the vector has no series. */
export const absent = defineStreamFunction({
  name: "absent",
  async stream({ args: [vector] }, scope, sink) {
    if (vector === undefined) throw new TypeError("absent needs an argument");
    await giveWhereAbsent(vector, scope, sink, (note) => scope.stream(vector, note));
  },
});

/** `absent_over_time(v[d])`: 1 where no series has a sample in the window. */
export const absentOverTime = defineStreamFunction({
  name: "absent_over_time",
  async stream(plan, scope, sink) {
    const [range] = plan.args;
    if (range === undefined) throw new TypeError("absent_over_time needs an argument");
    await giveWhereAbsent(range, scope, sink, (note) =>
      streamRangeCall(plan, presence, scope, note),
    );
  },
});

const presence = defineRangeFunction({
  name: "absent_over_time",
  // Names tell series apart here, though none is in the result.
  keepsMetricName: true,
  evaluate: (window) => window.emit(1),
});

async function giveWhereAbsent(
  source: Plan,
  scope: Scope,
  sink: Sink,
  stream: (note: Sink) => Promise<void>,
): Promise<void> {
  const seen = new Uint8Array(scope.grid.count);
  await stream((column) => {
    notePresence(column, seen);
    scope.columns.give(column);
  });
  const result = scope.columns.take(labelsOfAbsent(source));
  for (const [step, isSeen] of seen.entries()) {
    if (isSeen === 0) result.setFloat(step, 1);
  }
  if (!result.isEmpty) sink(result);
}

function notePresence({ kinds }: Column, seen: Uint8Array): void {
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] !== isAbsent) seen[step] = 1;
  }
}

/** What must be equal for a series to match, where it is asked for once. */
function labelsOfAbsent(source: Plan): Labels {
  const inner = source.kind === "invariant" ? source.expr : source;
  const selector = inner.kind === "matrix" ? inner.selector : inner;
  if (selector.kind !== "selector") return [];
  const wanted = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === metricNameLabel) continue;
    if (operator === "=" && !seen.has(name)) {
      wanted.set(name, value);
      seen.add(name);
    } else wanted.delete(name);
  }
  return labelsOf(wanted);
}
