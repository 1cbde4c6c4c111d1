import { assert } from "#base";
import { type Labels, labelValue, metricNameLabel, SampleBuffer } from "#series";
import { possibleNonCounter, possibleNonCounterLabel } from "../annotation-texts.ts";
import { Annotations } from "../annotations.ts";
import type { RangeFunction } from "../function-definition.ts";
import type { CallPlan, MatrixPlan, Plan, SubqueryPlan } from "../plan/plan.ts";
import { referenceMs, selectionOf, subqueryGrid } from "../plan/selections.ts";
import { evaluationFailed, sameLabelset } from "../query-error.ts";
import { type Column, columnSize } from "./column.ts";
import { dropMetricName } from "./metric-name.ts";
import { evaluateScalarArgs } from "./scalar-args.ts";
import { SampleCounter } from "./sample-counter.ts";
import type { CountedSink, Scope, Sink } from "./scope.ts";
import { readSeries, selectedSeries } from "./selector.ts";
import { StoredColumn } from "./stored-column.ts";
import { Window } from "./window.ts";
import { WindowSlide } from "./window-slide.ts";

/** Evaluates a function over a range: series by series, each read once, its windows slid over it. */
export async function streamRangeCall(
  plan: CallPlan,
  definition: RangeFunction,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const range = findRange(plan);
  checkExtension(range, definition);
  const args = await evaluateScalarArgs(plan, scope);
  const own = new Annotations();
  const result = scope.counted(refuseDuplicates(range, definition, scope, sink));
  const window = new Window(
    {
      rangeMs: range.rangeMs,
      extension: range.kind === "matrix" ? range.selector.extension : "none",
      span: firstSpan(plan),
      annotations: own,
      args,
      startTimestamps: definition.usesStartTimestamps
        ? scope.query.options.startTimestamps
        : "ignored",
    },
    scope.columns.take([]),
  );
  const evaluation: RangeEvaluation = { definition, scope, window, result, range };
  if (range.kind === "matrix") await evaluateSelection(range, evaluation);
  else await evaluateSubquery(range, evaluation);
  result.settle();
  scope.annotations.merge(own);
}

/** A call's only range argument. */
function findRange(plan: CallPlan): MatrixPlan | SubqueryPlan {
  for (const arg of plan.args) {
    if (arg.kind === "matrix" || arg.kind === "subquery") return arg;
  }
  throw new TypeError(`${plan.functionName} is called without a range`);
}

/** Upstream forgets where a subquery stood, and shows the start of the query. */
function firstSpan(plan: CallPlan): Plan["span"] {
  const first = plan.args[0];
  assert(first !== undefined, "a range function has arguments");
  return first.kind === "subquery" ? { start: 0, end: 0 } : first.span;
}

function checkExtension(range: MatrixPlan | SubqueryPlan, definition: RangeFunction): void {
  if (range.kind === "subquery" || range.selector.extension === "none") return;
  const { extension } = range.selector;
  if (definition.extensions.includes(extension)) return;
  throw evaluationFailed(
    `${extension} modifier can only be used with: ${extensible[extension]} - not with ${definition.name}`,
  );
}

const extensible = {
  anchored: "changes, delta, increase, rate, resets",
  smoothed: "delta, increase, rate",
} as const;

/** Dropping names may leave two series with the same labels, which is refused. */
function refuseDuplicates(
  range: MatrixPlan | SubqueryPlan,
  definition: RangeFunction,
  scope: Scope,
  sink: Sink,
): Sink {
  if (definition.keepsMetricName || !scope.mayCollide(range)) return sink;
  const seen = new Set<string>();
  return (column) => {
    const key = column.labels.join("\uffff");
    if (seen.has(key)) throw sameLabelset();
    seen.add(key);
    sink(column);
  };
}

interface RangeEvaluation {
  readonly definition: RangeFunction;
  readonly scope: Scope;
  readonly window: Window;
  readonly result: CountedSink;
  readonly range: MatrixPlan | SubqueryPlan;
}

async function evaluateSelection(plan: MatrixPlan, evaluation: RangeEvaluation): Promise<void> {
  const { scope, window } = evaluation;
  const { pacer, options } = scope.query;
  const { minMs, maxMs } = selectionOf(plan.selector, plan.rangeMs, scope.grid, options);
  const { extension } = plan.selector;
  const slide = new WindowSlide(window, scope, {
    firstMs: referenceMs(plan.selector, scope.grid.startMs),
    stepMs: plan.selector.atMs === undefined ? scope.grid.stepMs : 0,
    behindMs: plan.rangeMs + (extension === "none" ? 0 : options.lookbackMs),
    aheadMs: extension === "smoothed" ? options.lookbackMs : 0,
    readCounting: "counted",
  });
  const buffer = new SampleBuffer();
  for (const source of selectedSeries(plan.selector, scope)) {
    if (pacer.isDue()) await pacer.pause();
    readSeries(source, plan.selector, { minMs, maxMs }, buffer);
    window.samples.load(buffer);
    const series = { labels: source.labels, dropsName: false, countFrom: 0 };
    await evaluateInTurns(series, slide, evaluation);
  }
}

async function evaluateSubquery(plan: SubqueryPlan, evaluation: RangeEvaluation): Promise<void> {
  const { scope, window } = evaluation;
  const grid = subqueryGrid(plan, scope.grid, scope.query.options);
  scope.query.budget.refuseSteps(grid.count);
  const counter = new SampleCounter(grid, "per-step");
  const child = scope.withGrid(grid, counter);
  const slide = new WindowSlide(window, scope, {
    firstMs: referenceMs(plan, scope.grid.startMs),
    stepMs: plan.atMs === undefined ? scope.grid.stepMs : 0,
    behindMs: plan.rangeMs,
    aheadMs: 0,
    readCounting: "uncounted",
  });
  if (grid.count === 0) return;
  const late: StoredColumn[] = [];
  let countFrom = 0;
  await child.stream(plan.expr, (column) => {
    window.samples.loadColumn(column, grid);
    // In the order in which they came.
    const isLate = late.length > 0 || !evaluateAtOnce(column, slide, evaluation);
    if (isLate) {
      child.query.budget.keepColumn(grid.count);
      if (late.length === 0) countFrom = slide.step;
      late.push(new StoredColumn(column));
    }
    child.columns.give(column);
  });
  for (const stored of late) {
    const column = stored.load(child.columns);
    window.samples.loadColumn(column, grid);
    const { labels, dropsName } = column;
    await evaluateInTurns({ labels, dropsName, countFrom }, slide, evaluation);
    countFrom = 0;
    child.columns.give(column);
  }
  scope.samples.addReadOfSubquery(counter, plan.offsetMs, plan.rangeMs);
}

/** The series that a window's samples are of. */
interface WindowSeries {
  readonly labels: Labels;
  readonly dropsName: boolean;
}

/** A series, and from which step on its samples are still to be counted. */
interface CountedSeries extends WindowSeries {
  readonly countFrom: number;
}

/** Evaluates a series, with pauses for others where it takes long. */
async function evaluateInTurns(
  series: CountedSeries,
  slide: WindowSlide,
  evaluation: RangeEvaluation,
): Promise<void> {
  const { pacer } = evaluation.scope.query;
  beginSeries(series, evaluation);
  slide.begin(series.countFrom);
  let sinceMs = pacer.elapsedMs();
  const isOver = () => pacer.hasPassed(sinceMs, longestTurnMs);
  while (!slide.advance(evaluation.definition, isOver)) {
    await pacer.pause();
    sinceMs = pacer.elapsedMs();
  }
  finishSeries(series, slide, evaluation);
}

/** Evaluates a series unless that takes long. False when it has to be done again, in turns. */
function evaluateAtOnce(
  series: WindowSeries,
  slide: WindowSlide,
  evaluation: RangeEvaluation,
): boolean {
  const { scope, window, definition } = evaluation;
  const { pacer } = scope.query;
  beginSeries(series, evaluation);
  slide.begin(0);
  const sinceMs = pacer.elapsedMs();
  const isOver = () => pacer.hasPassed(sinceMs, longestTurnMs);
  if (slide.advance(definition, isOver)) {
    finishSeries(series, slide, evaluation);
    return true;
  }
  scope.columns.give(window.column);
  return false;
}

/** How long one series may keep the thread. */
const longestTurnMs = 50;

function beginSeries({ labels }: WindowSeries, { scope, window }: RangeEvaluation): void {
  window.labels = labels;
  window.column = scope.columns.take(labels);
}

function finishSeries(
  { labels, dropsName }: WindowSeries,
  slide: WindowSlide,
  evaluation: RangeEvaluation,
): void {
  const { definition, scope, window, result } = evaluation;
  const windowSize = slide.finish();
  const { column } = window;
  const size = columnSize(column);
  if (size === 0) {
    scope.columns.give(column);
    return;
  }
  scope.query.budget.touch(size + windowSize);
  column.dropsName = dropsName || !definition.keepsMetricName;
  if (scope.removesNames && column.dropsName) column.labels = dropMetricName(labels);
  if (definition.expectsCounter) noteNonCounter(labels, column, evaluation);
  result.give(column);
}

function noteNonCounter(labels: Labels, column: Column, evaluation: RangeEvaluation): void {
  const { scope, window } = evaluation;
  const name = labelValue(labels, metricNameLabel);
  if (name === "" || !column.kinds.includes(1)) return;
  if (scope.query.options.counterSign === "name") {
    if (!counterName.test(name)) window.annotate(possibleNonCounter(name, window.call.span));
    return;
  }
  const type = labelValue(labels, "__type__");
  if (type === "counter" || type === "histogram") return;
  window.annotate(possibleNonCounterLabel(name, type, window.call.span));
}

const counterName = /_(?:total|sum|count|bucket)$/;
