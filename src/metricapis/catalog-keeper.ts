/**
 * Keeps the catalog of metrics up to date: reads the rules, asks which series there are, once a minute
 * and whenever somebody asks for a metric that is not in it yet.
 */

import { type Clock, describeError, sleep } from "#base";
import { type AdapterConfig, type DiscoveryRule, parseAdapterConfig } from "./adapter-config.ts";
import { defaultAdapterConfig } from "./default-rules.ts";
import { type AppliedRule, MetricCatalog } from "./metric-catalog.ts";
import { MetricRule } from "./metric-rule.ts";
import { type PromQueries, QueriesUnavailable, QueryRefusal } from "./prom-queries.ts";
import {
  type PlacedRules,
  QueryCheck,
  sampleExternalQuery,
  sampleObjectsQuery,
} from "./query-check.ts";
import { RuleError } from "./rule-error.ts";

/** Where the rules come from. */
export interface RuleSource {
  /** The text of the rule file; undefined when there is none, and the defaults hold. */
  read(signal: AbortSignal): Promise<RuleFile | undefined>;
}

export interface RuleFile {
  readonly text: string;
  /** Where it was found, for people. */
  readonly origin: string;
}

/** What is wrong with the rules in force; told anew when it has changed. */
export interface RuleReport {
  /** The file's; undefined for the defaults. */
  readonly origin: string | undefined;
  /** `rules[2]: …`; empty when all is well. */
  readonly problems: readonly string[];
}

export interface CatalogKeeperDeps {
  readonly clock: Clock;
  readonly queries: PromQueries;
  readonly source: RuleSource;
  readonly report: (report: RuleReport) => void;
}

const periodMs = 60_000;
/** Until the first catalog is there. */
const retryMs = 5_000;
/** No metric that was unknown a moment ago is looked for again. */
const restMs = 2_000;

/** Rules with what each of them is called in reports. */
interface CompiledRules {
  readonly text: string | undefined;
  readonly rules: readonly CompiledRule[];
  readonly externalRules: readonly CompiledRule[];
  readonly problems: readonly string[];
}

interface CompiledRule {
  readonly place: string;
  readonly rule: MetricRule;
}

type State =
  | { readonly kind: "current"; readonly catalog: MetricCatalog }
  /** Nothing is known yet. */
  | { readonly kind: "unavailable"; readonly why: string };

export class CatalogKeeper {
  readonly #deps: CatalogKeeperDeps;
  #state: State = { kind: "unavailable", why: "metrics have not been listed yet" };
  #compiled: CompiledRules | undefined;
  #check: QueryCheck;
  #reported = "";
  #listedMs = Number.NEGATIVE_INFINITY;
  #listing: Promise<void> | undefined;

  constructor(deps: CatalogKeeperDeps) {
    this.#deps = deps;
    this.#check = new QueryCheck(deps.queries);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#list(signal);
      const waitMs = this.#state.kind === "current" ? periodMs : retryMs;
      // Being asked to stop ends the waiting.
      await sleep(this.#deps.clock, waitMs, signal).catch(() => {});
    }
  }

  /** Empty while nothing is known. */
  get catalog(): MetricCatalog {
    return this.#state.kind === "current" ? this.#state.catalog : new MetricCatalog([], []);
  }

  /**
   * What `find` finds in the catalog, which is made anew when it is not in there. Throws
   * `QueriesUnavailable` as long as there is none.
   */
  async find<T>(
    find: (catalog: MetricCatalog) => T | undefined,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    const found = find(this.catalog);
    if (found !== undefined) return found;
    const ageMs = this.#deps.clock.elapsedMs() - this.#listedMs;
    if (this.#listing !== undefined || ageMs >= restMs) await this.#list(signal);
    if (this.#state.kind === "unavailable") throw new QueriesUnavailable(this.#state.why);
    return find(this.#state.catalog);
  }

  /** One at a time, whoever asks. */
  async #list(signal: AbortSignal): Promise<void> {
    this.#listing ??= this.#listOnce(signal).finally(() => {
      this.#listing = undefined;
      this.#listedMs = this.#deps.clock.elapsedMs();
    });
    await this.#listing;
  }

  async #listOnce(signal: AbortSignal): Promise<void> {
    const { source, report } = this.#deps;
    try {
      const file = await source.read(signal);
      if (this.#compiled === undefined || this.#compiled.text !== file?.text) {
        this.#compiled = compile(file, this.#compiled);
        this.#check = new QueryCheck(this.#deps.queries);
      }
      const { rules, externalRules, problems } = this.#compiled;
      const shapes = new ShapeLists(this.#deps.queries, signal);
      const applied = await shapes.apply(rules);
      const appliedExternal = await shapes.apply(externalRules);
      const catalog = new MetricCatalog([...applied.values()], [...appliedExternal.values()]);
      this.#state = { kind: "current", catalog };
      const all = [
        ...problems,
        ...shapes.problems,
        ...(await this.#check.problemsOf(applied, sampleObjectsQuery, signal)),
        ...(await this.#check.problemsOf(appliedExternal, sampleExternalQuery, signal)),
      ];
      if (this.#reported === all.join("\n")) return;
      this.#reported = all.join("\n");
      report({ origin: file?.origin, problems: all });
    } catch (error) {
      // What was known stays in force: whoever asks for a figure is told that nobody answers.
      if (this.#state.kind === "current") return;
      this.#state = { kind: "unavailable", why: describeError(error) };
    }
  }
}

/** Rules that are wrong are left out; a file that is wrong as a whole leaves those before in force. */
function compile(file: RuleFile | undefined, before: CompiledRules | undefined): CompiledRules {
  const config = file === undefined ? defaultAdapterConfig : parsedOrWhy(file.text);
  if (typeof config === "string") {
    const { rules, externalRules } = before ?? compileAll(defaultAdapterConfig, undefined);
    return { text: file?.text, rules, externalRules, problems: [config] };
  }
  return compileAll(config, file?.text);
}

function parsedOrWhy(text: string): AdapterConfig | string {
  try {
    return parseAdapterConfig(text);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return error.message;
  }
}

function compileAll(config: AdapterConfig, text: string | undefined): CompiledRules {
  const problems: string[] = [];
  const compiledOf = (rules: readonly DiscoveryRule[], list: string) =>
    rules.flatMap((rule, index): readonly CompiledRule[] => {
      const place = `${list}[${index}]`;
      try {
        return [{ place, rule: new MetricRule(rule) }];
      } catch (error) {
        if (!(error instanceof RuleError)) throw error;
        problems.push(`${place}: ${error.message}`);
        return [];
      }
    });
  const rules = compiledOf(config.rules, "rules");
  const externalRules = compiledOf(config.externalRules, "externalRules");
  return { text, rules, externalRules, problems };
}

/** What the series queries of one pass find; each is asked once, however many rules have it. */
class ShapeLists {
  readonly problems: string[] = [];
  readonly #queries: PromQueries;
  readonly #signal: AbortSignal;
  readonly #asked = new Map<string, Promise<AppliedRule["shapes"]>>();

  constructor(queries: PromQueries, signal: AbortSignal) {
    this.#queries = queries;
    this.#signal = signal;
  }

  async apply(rules: readonly CompiledRule[]): Promise<PlacedRules> {
    const applied = new Map<string, AppliedRule>();
    for (const { place, rule } of rules) {
      try {
        applied.set(place, { rule, shapes: await this.#shapesOf(rule.seriesQuery) });
      } catch (error) {
        // The rule's own mistake; the others go on.
        if (!(error instanceof QueryRefusal)) throw error;
        this.problems.push(
          `${place}: unable to fetch metrics for query ${JSON.stringify(rule.seriesQuery)}: ${error.message}`,
        );
      }
    }
    return applied;
  }

  #shapesOf(selector: string): Promise<AppliedRule["shapes"]> {
    const asked = this.#asked.get(selector) ?? this.#queries.shapes(selector, this.#signal);
    this.#asked.set(selector, asked);
    return asked;
  }
}
