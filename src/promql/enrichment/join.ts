import {
  formatLabels,
  type Labels,
  labelPairs,
  labelsOf,
  labelValue,
  metricNameLabel,
} from "#series";
import { absent, type Column, float, histogram } from "../evaluation/column.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import { SeriesMerge } from "../evaluation/series-merge.ts";
import { evaluationFailed } from "../query-error.ts";
import { identifyingLabels, type InfoSelection } from "./selection.ts";

/** An info series: at each step when its newest sample was taken. */
export interface InfoSeries {
  readonly labels: Labels;
  readonly present: Uint8Array;
  readonly sampleTimesMs: Float64Array;
}

/** Completes series with the labels of the info series that belong to them at each step. */
export class InfoJoin {
  readonly #scope: Scope;
  readonly #selection: InfoSelection;
  readonly #wanted: ReadonlySet<string>;
  /** By metric name, then by identity: the newest one counts where there are several. */
  readonly #infos = new Map<string, Map<string, InfoSeries[]>>();
  readonly #results: SeriesMerge;

  constructor(scope: Scope, selection: InfoSelection, infos: readonly InfoSeries[]) {
    this.#scope = scope;
    this.#results = new SeriesMerge(scope.columns);
    this.#selection = selection;
    this.#wanted = new Set(selection.dataMatchers.map((matcher) => matcher.name));
    for (const info of infos) this.#addInfo(info);
    this.#refuseConflicts();
  }

  /** Hands a series on as it is. */
  pass(column: Column): void {
    this.#results.add(column);
  }

  /** Completes a series. Steps with different labels become different series. */
  complete(column: Column): void {
    const byLabels = new Map<string, Column>();
    for (let step = 0; step < column.kinds.length; step++) {
      if (column.kinds[step] === absent) continue;
      const added = this.#labelsAt(column.labels, step);
      if (added === undefined) continue;
      const key = [...added].flat().join("\uffff");
      let result = byLabels.get(key);
      if (result === undefined) {
        const labels = labelsOf([...labelPairs(column.labels), ...added]);
        result = this.#scope.columns.take(labels);
        result.dropsName = column.dropsName;
        byLabels.set(key, result);
      }
      copyStep(column, result, step);
    }
    for (const result of byLabels.values()) this.#results.add(result);
  }

  /** Hands the completed series over. */
  finish(sink: Sink): void {
    this.#results.finish(sink);
  }

  #addInfo(info: InfoSeries): void {
    const name = labelValue(info.labels, metricNameLabel);
    let ofName = this.#infos.get(name);
    if (ofName === undefined) {
      ofName = new Map();
      this.#infos.set(name, ofName);
    }
    const key = identityOf(info.labels);
    const known = ofName.get(key);
    if (known === undefined) ofName.set(key, [info]);
    else known.push(info);
  }

  #refuseConflicts(): void {
    for (const ofName of this.#infos.values()) {
      for (const infos of ofName.values()) {
        if (infos.length < 2) continue;
        for (let step = 0; step < this.#scope.grid.count; step++) newestAt(infos, step);
      }
    }
  }

  /** What is to be added to a series at a step; undefined when the series is left out. */
  #labelsAt(base: Labels, step: number): ReadonlyMap<string, string> | undefined {
    const key = identityOf(base);
    const added = new Map<string, string>();
    let hasInfo = false;
    for (const ofName of this.#infos.values()) {
      const info = newestAt(ofName.get(key) ?? [], step);
      if (info === undefined) continue;
      hasInfo = true;
      this.#addLabels(info, base, added);
    }
    if (hasInfo) return added;
    const isOptional = this.#selection.dataMatchers.every((matcher) => matcher.matches(""));
    return isOptional ? added : undefined;
  }

  #addLabels(info: InfoSeries, base: Labels, added: Map<string, string>): void {
    for (const [name, value] of labelPairs(info.labels)) {
      if (name === metricNameLabel) continue;
      if (this.#wanted.size > 0 && !this.#wanted.has(name)) continue;
      const other = added.get(name);
      if (other !== undefined && other !== value) {
        throw evaluationFailed(`conflicting label: ${name}`);
      }
      if (labelValue(base, name) === "") added.set(name, value);
    }
  }
}

function identityOf(labels: Labels): string {
  return identifyingLabels.map((name) => labelValue(labels, name)).join("\uffff");
}

function newestAt(infos: readonly InfoSeries[], step: number): InfoSeries | undefined {
  let newest: InfoSeries | undefined;
  for (const info of infos) {
    if (info.present[step] === 0) continue;
    const timeMs = info.sampleTimesMs[step] ?? 0;
    const newestMs = newest?.sampleTimesMs[step] ?? Number.NEGATIVE_INFINITY;
    if (newest !== undefined && timeMs === newestMs) {
      throw evaluationFailed(
        `found duplicate series for info metric: existing ${formatLabels(newest.labels)} @ ${newestMs}, ` +
          `new ${formatLabels(info.labels)} @ ${timeMs}`,
      );
    }
    if (timeMs > newestMs) newest = info;
  }
  return newest;
}

function copyStep(source: Column, target: Column, step: number): void {
  const value = source.kinds[step] === histogram ? source.histograms?.[step] : undefined;
  if (value !== undefined) target.setHistogram(step, value);
  else if (source.kinds[step] === float) target.setFloat(step, source.values[step] ?? 0);
}
