/** Whether the queries that rules make are queries at all: asked once for each rule that has a metric. */

import { everyLabel } from "#api";
import type { AppliedRule } from "./metric-catalog.ts";
import { type PromQueries, QueryRefusal } from "./prom-queries.ts";
import { RuleError } from "./rule-error.ts";

/** Rules, by what they are called in reports. */
export type PlacedRules = ReadonlyMap<string, AppliedRule>;

export class QueryCheck {
  readonly #queries: PromQueries;
  readonly #problems = new Map<string, string | undefined>();

  constructor(queries: PromQueries) {
    this.#queries = queries;
  }

  /** What is wrong with the queries of rules that have a metric by now. */
  async problemsOf(
    rules: PlacedRules,
    queryOf: (rule: AppliedRule) => string | undefined,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    for (const [place, rule] of rules) {
      if (!this.#problems.has(place)) await this.#check(place, () => queryOf(rule), signal);
    }
    return [...rules.keys()].flatMap((place) => {
      const problem = this.#problems.get(place);
      return problem === undefined ? [] : [`${place}: ${problem}`];
    });
  }

  async #check(
    place: string,
    queryOf: () => string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const query = queryOf();
      if (query === undefined) return;
      await this.#queries.check(query, signal);
      this.#problems.set(place, undefined);
    } catch (error) {
      // The rule's own mistake, which its owner is told.
      if (!(error instanceof QueryRefusal || error instanceof RuleError)) throw error;
      this.#problems.set(place, `bad metricsQuery: ${error.message}`);
    }
  }
}

/** The query of the first metric of an object; undefined while there is none. */
export function sampleObjectsQuery({ rule, shapes }: AppliedRule): string | undefined {
  for (const { metric, labels } of shapes) {
    if ((rule.findName(metric) ?? "") === "") continue;
    for (const label of labels) {
      const resource = rule.labels.findResource(label);
      if (resource === undefined) continue;
      const asked = { resource, namespace: "", names: ["name"], selector: everyLabel };
      return rule.objectsQuery(metric, asked);
    }
  }
  return undefined;
}

/** The query of the first external metric; undefined while there is none. */
export function sampleExternalQuery({ rule, shapes }: AppliedRule): string | undefined {
  const found = shapes.find(({ metric }) => (rule.findName(metric) ?? "") !== "");
  return found === undefined ? undefined : rule.externalQuery(found.metric, "default", everyLabel);
}
