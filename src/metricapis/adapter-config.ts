/**
 * The rule file of the metrics adapter (`config.yaml` of prometheus-adapter 0.12), as data. Fields that
 * it does not have are refused, as upstream refuses them. `resourceRules` are checked and have no
 * effect: usage of pods and nodes comes from their agents.
 */

import { isJsonList, isJsonObject, type JsonValue, parseYaml, ValueError } from "#api";
import { RuleError } from "./rule-error.ts";

export interface AdapterConfig {
  /** For metrics of objects. */
  readonly rules: readonly DiscoveryRule[];
  /** For metrics of nothing in particular. */
  readonly externalRules: readonly DiscoveryRule[];
}

export interface DiscoveryRule {
  /** A selector of series: what the rule is about. */
  readonly seriesQuery: string;
  readonly seriesFilters: readonly SeriesFilter[];
  readonly resources: ResourceMapping;
  /** How metrics are called in the API; empty text stands for what was left out. */
  readonly name: { readonly matches: string; readonly as: string };
  /** A Go template between `<<` and `>>`. */
  readonly metricsQuery: string;
}

/** A regular expression for names of metrics; exactly one of the two is to be given. */
export interface SeriesFilter {
  readonly is: string;
  readonly isNot: string;
}

export interface ResourceMapping {
  /** Makes the label of a resource: `kube_<<.Group>>_<<.Resource>>`; empty when there is none. */
  readonly template: string;
  /** By label. */
  readonly overrides: ReadonlyMap<string, GroupResource>;
  /** Whether external queries are narrowed to the namespace that asks. */
  readonly namespaced: boolean;
}

export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** More is no file that anybody wrote. */
const ruleCountMax = 1_000;

/** Throws a `RuleError` for a file that as a whole makes no sense. */
export function parseAdapterConfig(text: string): AdapterConfig {
  const file = new Section("", documentOf(text));
  const config = {
    rules: rulesOf(file, "rules"),
    externalRules: rulesOf(file, "externalRules"),
  };
  checkResourceRules(file.section("resourceRules"));
  file.finish();
  return config;
}

function documentOf(text: string): JsonValue {
  try {
    const [document] = parseYaml(text);
    if (document?.problem !== undefined) throw new ValueError(document.problem);
    return document?.value ?? {};
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new RuleError(`unable to parse metrics discovery config: ${error.message}`);
  }
}

function rulesOf(file: Section, name: string): readonly DiscoveryRule[] {
  const entries = file.list(name);
  if (entries.length > ruleCountMax) throw new RuleError(`${name}: more than ${ruleCountMax}`);
  return entries.map(ruleOf);
}

function ruleOf(entry: Section): DiscoveryRule {
  const name = entry.section("name");
  const rule = {
    seriesQuery: entry.text("seriesQuery"),
    seriesFilters: entry.list("seriesFilters").map(filterOf),
    resources: mappingOf(entry.section("resources")),
    name: { matches: name.text("matches"), as: name.text("as") },
    metricsQuery: entry.text("metricsQuery"),
  };
  name.finish();
  entry.finish();
  return rule;
}

function filterOf(entry: Section): SeriesFilter {
  const filter = { is: entry.text("is"), isNot: entry.text("isNot") };
  entry.finish();
  return filter;
}

function mappingOf(entry: Section): ResourceMapping {
  const overrides = entry.section("overrides");
  const mapping = {
    template: entry.text("template"),
    overrides: new Map(
      overrides.names().map((label) => [label, groupResourceOf(overrides, label)]),
    ),
    namespaced: entry.flag("namespaced", true),
  };
  entry.finish();
  return mapping;
}

function groupResourceOf(overrides: Section, label: string): GroupResource {
  const entry = overrides.section(label);
  const found = { group: entry.text("group"), resource: entry.text("resource") };
  entry.finish();
  return found;
}

function checkResourceRules(rules: Section): void {
  for (const name of ["cpu", "memory"]) {
    const rule = rules.section(name);
    for (const field of ["containerQuery", "nodeQuery", "containerLabel"]) rule.text(field);
    mappingOf(rule.section("resources"));
    rule.finish();
  }
  rules.text("window");
  rules.finish();
}

/** One mapping of the file: gives its fields by type, and refuses those that nobody asked for. */
class Section {
  readonly #path: string;
  readonly #fields: ReadonlyMap<string, JsonValue | undefined>;
  readonly #asked = new Set<string>();

  constructor(path: string, value: JsonValue | undefined) {
    if (value !== undefined && value !== null && !isJsonObject(value)) {
      throw new RuleError(`${path === "" ? "the file" : path}: expected a mapping`);
    }
    this.#path = path;
    this.#fields = new Map(Object.entries(value ?? {}));
  }

  names(): readonly string[] {
    return [...this.#fields.keys()];
  }

  text(name: string): string {
    const value = this.#take(name);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (typeof value === "string") return value;
    if (value === undefined || value === null) return "";
    throw new RuleError(`${this.#at(name)}: expected a text`);
  }

  flag(name: string, absent: boolean): boolean {
    const value = this.#take(name) ?? absent;
    if (typeof value === "boolean") return value;
    throw new RuleError(`${this.#at(name)}: expected true or false`);
  }

  section(name: string): Section {
    return new Section(this.#at(name), this.#take(name));
  }

  list(name: string): readonly Section[] {
    const value = this.#take(name) ?? [];
    if (!isJsonList(value)) throw new RuleError(`${this.#at(name)}: expected a list`);
    return value.map((entry, index) => new Section(`${this.#at(name)}[${index}]`, entry));
  }

  finish(): void {
    const unknown = this.names().find((name) => !this.#asked.has(name));
    if (unknown !== undefined) throw new RuleError(`${this.#at(unknown)}: field not found`);
  }

  #take(name: string): JsonValue | undefined {
    this.#asked.add(name);
    return this.#fields.get(name);
  }

  #at(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }
}
