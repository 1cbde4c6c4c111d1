import { formatLabels, type Labels, labelsKey } from "#series";
import type { Annotation, Annotations } from "../annotations.ts";
import { absent, Column, float, histogram } from "../evaluation/column.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import { SeriesMerge } from "../evaluation/series-merge.ts";
import { StoredColumn } from "../evaluation/stored-column.ts";
import type { BinaryPlan } from "../plan/plan.ts";
import { evaluationFailed } from "../query-error.ts";
import type { VectorMatching } from "../syntax/ast.ts";
import { combineElements, type Element } from "./element.ts";
import { compareAll, computeAll } from "./float-columns.ts";
import { Matcher } from "./matching.ts";
import { changesQuantity, isComparison } from "./operators.ts";

/** The series that match each other. */
interface MatchGroup {
  /** On the side that may have one at each step; several share a group when they take turns. */
  readonly ones: StoredColumn[];
  /** The steps that have a result. */
  readonly matched: Uint8Array;
  /** The steps of each result by its labels, where several series of the many side may match. */
  readonly matchedByLabels: Map<string, Uint8Array>;
}

/** The steps at which something has been matched: results of the same labels, and the whole group. */
interface MatchMarks {
  readonly matched: Uint8Array;
  readonly ofGroup: Uint8Array;
}

/**
 * Matches the series of two vectors and combines them. What upstream checks at each step is checked
 * at each step: whether two series of the one side, or two results, meet in one group.
 */
export class Join {
  readonly #plan: BinaryPlan;
  readonly #scope: Scope;
  readonly #matcher: Matcher;
  readonly #groups = new Map<string, MatchGroup>();
  readonly #results: SeriesMerge;
  /** The refusal for each step at which two series of the one side share a group. */
  readonly #conflicts = new Map<number, readonly [StoredColumn, StoredColumn]>();
  /** Of what happens at one step, upstream tells the last. */
  readonly #annotations: (Annotation | undefined)[] = [];
  readonly #holds: Uint8Array;
  readonly #fillOne: Column | undefined;
  readonly #fillMany: Column | undefined;

  constructor(plan: BinaryPlan, matching: VectorMatching, scope: Scope) {
    this.#plan = plan;
    this.#scope = scope;
    this.#matcher = new Matcher(matching);
    this.#results = new SeriesMerge(scope.columns);
    this.#holds = new Uint8Array(scope.grid.count);
    this.#fillOne = constantColumn(matching.fillRight, scope);
    this.#fillMany = constantColumn(matching.fillLeft, scope);
  }

  /** Takes in a series of the one side; all of them come before those of the many side. */
  addOne(column: Column): void {
    const group = this.#groupOf(column.labels);
    const one = new StoredColumn(column);
    this.#scope.columns.give(column);
    for (const other of group.ones) this.#noteConflicts(other, one);
    group.ones.push(one);
  }

  /** Matches a series of the many side; the join owns it from now on. */
  addMany(many: Column): void {
    this.#refuseConflictsOf(many);
    const needsGroup = this.#fillOne !== undefined;
    const group = needsGroup
      ? this.#groupOf(many.labels)
      : this.#groups.get(this.#matcher.keyOf(many.labels));
    if (group !== undefined) {
      for (const one of group.ones) this.#combineStored(group, many, one);
      if (this.#fillOne !== undefined) this.#combineWithFill(group, many, this.#fillOne);
    }
    this.#scope.columns.give(many);
  }

  /** Completes what had no match on the many side, and hands over the results. */
  finish(sink: Sink): void {
    if (this.#fillMany !== undefined) {
      for (const group of this.#groups.values()) {
        for (const one of group.ones) this.#fillUnmatched(group, one, this.#fillMany);
      }
    }
    this.#results.finish(sink);
  }

  annotate(annotations: Annotations): void {
    for (const annotation of this.#annotations) {
      if (annotation !== undefined) annotations.add(annotation);
    }
  }

  #groupOf(labels: Labels): MatchGroup {
    const key = this.#matcher.keyOf(labels);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const matched = new Uint8Array(this.#scope.grid.count);
    const group: MatchGroup = { ones: [], matched, matchedByLabels: new Map() };
    this.#groups.set(key, group);
    return group;
  }

  #noteConflicts(earlier: StoredColumn, later: StoredColumn): void {
    const end = Math.min(earlier.end, later.end);
    for (let step = Math.max(earlier.first, later.first); step < end; step++) {
      const meet = later.isPresent(step) && earlier.isPresent(step);
      if (meet && !this.#conflicts.has(step)) this.#conflicts.set(step, [earlier, later]);
    }
    const hasFill = this.#fillOne !== undefined || this.#fillMany !== undefined;
    const [first] = this.#conflicts.values();
    if (hasFill && first !== undefined) throw this.#duplicateSeries(first);
  }

  /** Where the many side has nothing, upstream does not look at the one side. */
  #refuseConflictsOf(many: Column): void {
    for (const [step, pair] of this.#conflicts) {
      if (many.kinds[step] !== absent) throw this.#duplicateSeries(pair);
    }
  }

  #duplicateSeries(pair: readonly [StoredColumn, StoredColumn]): Error {
    const { cardinality } = this.#matcher.matching;
    const side = cardinality === "one-to-many" ? "left" : "right";
    const group = formatLabels(this.#matcher.groupOf(pair[1].labels));
    const series = pair.map((column) => formatLabels(column.labels)).toSorted();
    return evaluationFailed(
      `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ` +
        `[${series.join(", ")}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }

  #combineWithFill(group: MatchGroup, many: Column, fill: Column): void {
    const masked = this.#scope.columns.take(this.#matcher.groupOf(many.labels));
    masked.values.set(fill.values);
    for (let step = 0; step < masked.kinds.length; step++) {
      const isMissing = group.ones.every((one) => !one.isPresent(step));
      if (isMissing) masked.kinds[step] = float;
    }
    this.#combine(group, many, masked);
    this.#scope.columns.give(masked);
  }

  #combineStored(group: MatchGroup, many: Column, stored: StoredColumn): void {
    const one = stored.load(this.#scope.columns);
    this.#combine(group, many, one);
    this.#scope.columns.give(one);
  }

  #fillUnmatched(group: MatchGroup, one: StoredColumn, fill: Column): void {
    const masked = this.#scope.columns.take(this.#matcher.groupOf(one.labels));
    masked.values.set(fill.values);
    for (let step = 0; step < masked.kinds.length; step++) {
      const isUnmatched = one.isPresent(step) && group.matched[step] === 0;
      if (isUnmatched) masked.kinds[step] = float;
    }
    this.#combineStored(group, masked, one);
    this.#scope.columns.give(masked);
  }

  #combine(group: MatchGroup, many: Column, one: Column): void {
    const { operator, returnsBool } = this.#plan;
    const dropsName =
      changesQuantity(operator) || (returnsBool && this.#scope.removesNames) ? "dropped" : "kept";
    const result = this.#scope.columns.take(
      this.#matcher.resultOf(many.labels, one.labels, dropsName),
    );
    // Once it is removed, a name of the one side may take its place.
    result.dropsName = returnsBool && !this.#scope.removesNames;
    const oneIsLeft = this.#matcher.matching.cardinality === "one-to-many";
    const left = oneIsLeft ? one : many;
    const right = oneIsLeft ? many : one;
    this.#prepare(left, right, result);
    const matched = this.#matchedOf(group, result.labels);
    const hasOnlyFloats = left.histograms === undefined && right.histograms === undefined;
    const marks = { matched, ofGroup: group.matched };
    if (hasOnlyFloats && (isComparison(operator) || changesQuantity(operator))) {
      this.#combineFloats(left, right, result, marks);
    } else {
      this.#combineElements(left, right, result, marks);
    }
    if (result.isEmpty) this.#scope.columns.give(result);
    else this.#results.add(result);
  }

  #combineFloats(left: Column, right: Column, result: Column, marks: MatchMarks): void {
    const { operator, returnsBool } = this.#plan;
    const { matched, ofGroup } = marks;
    const isFilter = isComparison(operator) && !returnsBool;
    const { kinds } = result;
    let collisions = 0;
    for (let step = 0; step < kinds.length; step++) {
      const isPresent = (left.kinds[step] ?? 0) & (right.kinds[step] ?? 0);
      kinds[step] = isFilter ? isPresent & (this.#holds[step] ?? 0) : isPresent;
      collisions |= isPresent & (matched[step] ?? 0);
      matched[step] = (matched[step] ?? 0) | isPresent;
      ofGroup[step] = (ofGroup[step] ?? 0) | isPresent;
    }
    if (collisions !== 0) throw this.#multipleMatches();
    if (isFilter) result.values.set(left.values);
    else if (returnsBool) result.values.set(this.#holds);
  }

  #combineElements(left: Column, right: Column, result: Column, marks: MatchMarks): void {
    for (let step = 0; step < result.kinds.length; step++) {
      if (left.kinds[step] === absent || right.kinds[step] === absent) continue;
      if (!this.#combineAt(step, left, right, result)) continue;
      if (marks.matched[step] !== 0) throw this.#multipleMatches();
      marks.matched[step] = 1;
      marks.ofGroup[step] = 1;
    }
  }

  #matchedOf(group: MatchGroup, labels: Labels): Uint8Array {
    if (this.#matcher.matching.cardinality === "one-to-one") return group.matched;
    const key = labelsKey(labels);
    const known = group.matchedByLabels.get(key);
    if (known !== undefined) return known;
    const matched = new Uint8Array(this.#scope.grid.count);
    group.matchedByLabels.set(key, matched);
    return matched;
  }

  #multipleMatches(): Error {
    const advice =
      this.#matcher.matching.cardinality === "one-to-one"
        ? "many-to-one matching must be explicit (group_left/group_right)"
        : "grouping labels must ensure unique matches";
    return evaluationFailed(`multiple matches for labels: ${advice}`);
  }

  /** Computes the floats of all steps at once. */
  #prepare(left: Column, right: Column, result: Column): void {
    const { operator } = this.#plan;
    if (isComparison(operator)) compareAll(operator, left.values, right.values, this.#holds);
    else if (changesQuantity(operator)) {
      computeAll(operator, left.values, right.values, result.values);
    }
  }

  /** Sets the result of one step. False where the operands do not go together at all. */
  #combineAt(step: number, left: Column, right: Column, result: Column): boolean {
    const { operator, returnsBool, span } = this.#plan;
    if (left.kinds[step] === float && right.kinds[step] === float) {
      if (changesQuantity(operator)) {
        result.kinds[step] = float;
        return true;
      }
      if (isComparison(operator)) {
        const holds = this.#holds[step] ?? 0;
        if (returnsBool) result.setFloat(step, holds);
        else if (holds === 1) result.setFloat(step, left.values[step] ?? 0);
        return true;
      }
    }
    const combined = combineElements(operator, elementAt(left, step), elementAt(right, step), span);
    if (combined.annotation !== undefined) this.#annotations[step] = combined.annotation;
    if (combined.element === undefined) return false;
    if (returnsBool) result.setFloat(step, combined.isKept ? 1 : 0);
    else if (combined.isKept) setElement(result, step, combined.element);
    return true;
  }
}

function elementAt(column: Column, step: number): Element {
  const value = column.kinds[step] === histogram ? column.histograms?.[step] : undefined;
  return value ?? column.values[step] ?? 0;
}

function setElement(column: Column, step: number, element: Element): void {
  if (typeof element === "number") column.setFloat(step, element);
  else column.setHistogram(step, element);
}

function constantColumn(value: number | undefined, scope: Scope): Column | undefined {
  if (value === undefined) return undefined;
  const column = new Column([], scope.grid.count);
  column.values.fill(value);
  column.kinds.fill(float);
  return column;
}
