/** The labels of series of one source: those of its points, its own and its scope's. */
import { compareText, quoteGo } from "#base";
import { labelPairs, type Labels, labelsOf, type MetricMetadata, metricNameLabel } from "#series";
import type { Attributes, ScopeMetrics } from "../metrics.ts";
import { labelName } from "../naming/label-name.ts";
import { unitName } from "../naming/unit-name.ts";
import { attributeText, findAttribute } from "./attribute-text.ts";
import type { TranslationRules } from "./rules.ts";
import type { SampleSink } from "./sample.ts";

/** What `job` and `instance` are made of. */
const identifyingAttributes = ["service.namespace", "service.name", "service.instance.id"] as const;

/** Points have a name by their metric. */
const pointAttributesIgnored: ReadonlySet<string> = new Set([metricNameLabel]);

export class SourceLabels {
  readonly #rules: TranslationRules;
  readonly #warn: SampleSink["warn"];
  readonly #promoted: Labels;
  readonly #own: readonly (readonly [name: string, value: string])[];
  readonly #names = new Map<string, string>();
  readonly #collided = new Set<string>();
  #scope: Labels = [];

  constructor(attributes: Attributes, rules: TranslationRules, warn: SampleSink["warn"]) {
    this.#rules = rules;
    this.#warn = warn;
    const { names, meaning } = rules.promotion;
    const promoted = attributes.filter(([name]) => names.has(name) === (meaning === "only these"));
    this.#promoted = labelsOf(
      promoted.map(([name, value]) => [this.#nameOf(name), attributeText(value)]),
    );
    this.#own = identityOf(attributes);
  }

  /** Series from now on are of this scope. */
  enter({ name, version, schemaUrl, attributes }: ScopeMetrics): void {
    if (this.#rules.scopeMetadata === "left out" || name === "") {
      this.#scope = [];
      return;
    }
    this.#scope = labelsOf([
      ...attributes.map(
        ([one, value]) => [this.#nameOf(`otel_scope_${one}`), attributeText(value)] as const,
      ),
      ["otel_scope_name", name],
      ["otel_scope_version", version],
      ["otel_scope_schema_url", schemaUrl],
    ]);
  }

  /** The labels of a point's series, but for the metric's name. */
  ofPoint(attributes: Attributes, metadata: MetricMetadata): Labels {
    const labels = this.#ofAttributes(attributes, pointAttributesIgnored, "data point");
    for (const [name, value] of labelPairs(this.#promoted)) {
      if ((labels.get(name) ?? "") === "") labels.set(name, value);
    }
    for (const [name, value] of this.#own) labels.set(name, value);
    for (const [name, value] of labelPairs(this.#scope)) labels.set(name, value);
    if (this.#rules.typeAndUnitLabels === "added") {
      const { type, unit } = metadata;
      if (type !== "unknown") labels.set("__type__", type);
      if (unit !== "") labels.set("__unit__", unitName(unit, this.#rules.names.escaping));
    }
    return labelsOf(labels);
  }

  /** The labels of `target_info`; undefined when nobody could be told from others by them. */
  ofTarget(attributes: Attributes): Labels | undefined {
    const identifying = new Set<string>(identifyingAttributes);
    const rest = attributes.filter(([name]) => !identifying.has(name));
    if (rest.length === 0) return undefined;
    const isKept = this.#rules.identifyingAttributes === "kept";
    const ignored: ReadonlySet<string> = isKept ? new Set() : identifying;
    const labels = this.#ofAttributes(attributes, ignored, "resource");
    for (const [name, value] of this.#own) labels.set(name, value);
    labels.set(metricNameLabel, "target_info");
    const isTarget = (labels.get("job") ?? "") !== "" || (labels.get("instance") ?? "") !== "";
    return isTarget ? labelsOf(labels) : undefined;
  }

  /** Attributes whose names become the same are joined in the order of their names. */
  #ofAttributes(
    attributes: Attributes,
    ignored: ReadonlySet<string>,
    source: "data point" | "resource",
  ): Map<string, string> {
    const sorted = attributes
      .filter(([name]) => !ignored.has(name))
      .sort(([left], [right]) => compareText(left, right));
    const labels = new Map<string, string>();
    if (this.#rules.labels.escaping === "as it is") {
      for (const [name, value] of sorted) labels.set(name, attributeText(value));
      return labels;
    }
    for (const [attribute, value] of sorted) {
      const name = this.#nameOf(attribute);
      const before = labels.get(name) ?? "";
      if (before !== "") this.#warnOfCollision(sorted, name, source);
      labels.set(name, before === "" ? attributeText(value) : `${before};${attributeText(value)}`);
    }
    return labels;
  }

  #warnOfCollision(sorted: Attributes, name: string, source: string): void {
    if (this.#collided.has(name)) return;
    this.#collided.add(name);
    const names = sorted.flatMap(([one]) => (this.#nameOf(one) === name ? [quoteGo(one)] : []));
    this.#warn(
      "label_name_collision",
      `OTLP ${source} attributes ${names.join(", ")} collide as label ${quoteGo(name)} ` +
        "after name sanitization, values are concatenated with ';'",
    );
  }

  #nameOf(attribute: string): string {
    const known = this.#names.get(attribute);
    if (known !== undefined) return known;
    const name = labelName(attribute, this.#rules.labels);
    this.#names.set(attribute, name);
    return name;
  }
}

function identityOf(attributes: Attributes): readonly (readonly [string, string])[] {
  const [namespaceKey, nameKey, instanceKey] = identifyingAttributes;
  const namespace = findAttribute(attributes, namespaceKey);
  const name = findAttribute(attributes, nameKey);
  const job = namespace === undefined || name === undefined ? name : `${namespace}/${name}`;
  const instance = findAttribute(attributes, instanceKey);
  return [
    ...(job === undefined || job === "" ? [] : [["job", job] as const]),
    ...(instance === undefined || instance === "" ? [] : [["instance", instance] as const]),
  ];
}
