/** One rule, ready to be used: which series it is about, what their metrics are called and how to ask. */

import { RE2JS } from "re2js";
import type { CompiledLabelSelector } from "#api";
import { quoteGo } from "#base";
import { type GoStruct, type GoValue, listOf, mapOf } from "#gotemplate";
import { compileRegex, type Regex, RegexError } from "#series";
import type { DiscoveryRule, SeriesFilter } from "./adapter-config.ts";
import { type ApiResource, findApiResource } from "./api-resource.ts";
import { labelExpressionsOf } from "./label-expressions.ts";
import { ResourceLabels } from "./resource-labels.ts";
import { RuleError } from "./rule-error.ts";
import { compileRuleTemplate, type RuleTemplate } from "./rule-template.ts";

export interface ObjectsAsked {
  readonly resource: ApiResource;
  /** Empty for what is in no namespace. */
  readonly namespace: string;
  /** Not empty. */
  readonly names: readonly string[];
  /** Narrows the series. */
  readonly selector: CompiledLabelSelector;
}

export class MetricRule {
  readonly seriesQuery: string;
  readonly labels: ResourceLabels;
  readonly #filters: readonly ((metric: string) => boolean)[];
  readonly #name: { readonly matches: Regex; readonly as: string };
  readonly #query: RuleTemplate;
  readonly #isNamespaced: boolean;

  /** Throws a `RuleError`. */
  constructor(rule: DiscoveryRule) {
    const { seriesQuery, name } = rule;
    const about = `associated with series query ${quoteGo(seriesQuery)}`;
    this.seriesQuery = seriesQuery;
    this.labels = new ResourceLabels(rule.resources);
    this.#isNamespaced = rule.resources.namespaced;
    this.#query = compileRuleTemplate("metrics query", rule.metricsQuery);
    const matches = regexOf(name.matches === "" ? ".*" : name.matches, "series name match", about);
    this.#name = { matches, as: name.as === "" ? defaultNameOf(name.matches, about) : name.as };
    this.#filters = [
      ...rule.seriesFilters.map((filter) => filterOf(filter, about)),
      (metric) => matches.test(metric),
    ];
  }

  /** What a metric is called in the API; undefined when the rule is not about it. */
  findName(metric: string): string | undefined {
    if (!this.#filters.every((isWanted) => isWanted(metric))) return undefined;
    return this.#name.matches.expand(metric, this.#name.as);
  }

  /** The query for a metric of objects. Throws a `RuleError`. */
  objectsQuery(series: string, asked: ObjectsAsked): string {
    const { matchers, valuesByName } = this.#narrowed(asked.selector, asked.namespace);
    const label = this.labels.labelOf(asked.resource);
    const names = asked.names.join("|");
    const operator = asked.names.length > 1 ? "=~" : "=";
    return this.#query.execute(
      queryValue({
        series,
        matchers: [...matchers, `${label}${operator}${quoteGo(names)}`],
        valuesByName: new Map([...valuesByName, [label, names]]),
        groupBy: [label],
      }),
    );
  }

  /** The query for an external metric. Throws a `RuleError`. */
  externalQuery(series: string, namespace: string, selector: CompiledLabelSelector): string {
    const narrowed = this.#narrowed(selector, this.#isNamespaced ? namespace : "");
    return this.#query.execute(queryValue({ series, ...narrowed, groupBy: [] }));
  }

  #narrowed(selector: CompiledLabelSelector, namespace: string) {
    const { matchers, valuesByName } = labelExpressionsOf(selector);
    if (namespace === "") return { matchers, valuesByName };
    const label = this.labels.labelOf(namespaceResource());
    return {
      matchers: [...matchers, `${label}=${quoteGo(namespace)}`],
      valuesByName: new Map([...valuesByName, [label, namespace]]),
    };
  }
}

function namespaceResource(): ApiResource {
  const found = findApiResource({ group: "", resource: "namespaces" });
  if (found === undefined) throw new RuleError("there are no namespaces");
  return found;
}

function filterOf({ is, isNot }: SeriesFilter, about: string): (metric: string) => boolean {
  const failed = `unable to generate series name filter ${about}`;
  if (is !== "" && isNot !== "") {
    const both = `an \`is\` (${quoteGo(is)}) and \`isNot\` (${quoteGo(isNot)})`;
    throw new RuleError(`${failed}: cannot have both ${both} expression in a single filter`);
  }
  if (is === "" && isNot === "") {
    throw new RuleError(
      `${failed}: must have either an \`is\` or \`isNot\` expression in a filter`,
    );
  }
  const regex = regexOf(is === "" ? isNot : is, "series filter", about);
  return (metric) => regex.test(metric) === (is !== "");
}

function regexOf(source: string, what: string, about: string): Regex {
  try {
    return compileRegex(source, "unanchored");
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new RuleError(`unable to compile ${what} ${quoteGo(source)} ${about}: ${error.message}`);
  }
}

/** All that matches, or what the only group caught. */
function defaultNameOf(matches: string, about: string): string {
  const groupCount = matches === "" ? 0 : RE2JS.compile(matches).groupCount();
  if (groupCount > 1) {
    throw new RuleError(`must specify an 'as' value for name matcher ${quoteGo(matches)} ${about}`);
  }
  return groupCount === 0 ? "$0" : "$1";
}

interface QueryFacts {
  readonly series: string;
  readonly matchers: readonly string[];
  readonly valuesByName: ReadonlyMap<string, string>;
  readonly groupBy: readonly string[];
}

function queryValue({ series, matchers, valuesByName, groupBy }: QueryFacts): GoStruct {
  const fields = new Map<string, GoValue>([
    ["Series", series],
    ["LabelMatchers", matchers.join(",")],
    ["LabelValuesByName", mapOf(valuesByName, "string")],
    ["GroupBy", groupBy.join(",")],
    ["GroupBySlice", listOf(groupBy, "string")],
  ]);
  const typeName = "naming.queryTemplateArgs";
  return { kind: "struct", typeName, fields, methods: new Map(), text: undefined };
}
