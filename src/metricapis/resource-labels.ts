/** Which label of a rule's series stands for which resource of the API, and the other way round. */

import { RE2JS } from "re2js";
import { type GoValue, type GoStruct } from "#gotemplate";
import type { GroupResource, ResourceMapping } from "./adapter-config.ts";
import {
  type ApiResource,
  findApiResource,
  formatGroupResource,
  isSameResource,
} from "./api-resource.ts";
import { RuleError } from "./rule-error.ts";
import { compileRuleTemplate, type RuleTemplate } from "./rule-template.ts";

export class ResourceLabels {
  readonly #overrides: ReadonlyMap<string, ApiResource>;
  readonly #template: RuleTemplate | undefined;
  readonly #pattern: RE2JS | undefined;

  /** Throws a `RuleError`. */
  constructor({ overrides, template }: ResourceMapping) {
    this.#overrides = new Map([...overrides].map(([label, named]) => [label, resourceOf(named)]));
    this.#template = template === "" ? undefined : compileRuleTemplate("label", template);
    this.#pattern = this.#template && labelPattern(this.#template, template);
  }

  /** Undefined for labels that stand for nothing. */
  findResource(label: string): ApiResource | undefined {
    const override = this.#overrides.get(label);
    if (override !== undefined || this.#pattern === undefined) return override;
    const match = this.#pattern.matcher(label);
    if (!match.matches()) return undefined;
    const hasGroup = Object.hasOwn(this.#pattern.namedGroups(), "group");
    const group = hasGroup ? (match.group("group") ?? "") : "";
    return findApiResource({ group, resource: match.group("resource") ?? "" });
  }

  /** Throws a `RuleError` when the rule has none for it. */
  labelOf(resource: ApiResource): string {
    for (const [label, override] of this.#overrides) {
      if (isSameResource(override, resource)) return label;
    }
    const failed = `unable to convert resource ${formatGroupResource(resource)} into label`;
    if (this.#template === undefined) {
      throw new RuleError(`${failed}: no generic resource label form specified for this metric`);
    }
    const group = resource.group.replace(/[.-]/g, "_");
    return this.#template.execute(groupResourceValue(group, resource.singular));
  }
}

function resourceOf(named: GroupResource): ApiResource {
  const found = findApiResource(named);
  if (found !== undefined) return found;
  const shown = formatGroupResource(named);
  throw new RuleError(
    `unable to normalize group-resource ${shown}: no matches for /, Resource=${named.resource}`,
  );
}

/** An expression that reads labels back, made by the template itself. */
function labelPattern(template: RuleTemplate, text: string): RE2JS {
  const source = template.execute(groupResourceValue("(?P<group>.+?)", "(?P<resource>.+?)"));
  if (!source.includes("(?P<resource>")) {
    throw new RuleError(
      `unable to generate label format from template ${JSON.stringify(text)}: must include at least \`{{.Resource}}\` in the label template`,
    );
  }
  try {
    return RE2JS.compile(`^${source}$`);
  } catch (error) {
    // Text of the user's is no expression; the library has an exception for each way of being none.
    const why = error instanceof Error ? error.message : String(error);
    throw new RuleError(`unable to convert label template to matcher: ${why}`);
  }
}

function groupResourceValue(group: string, resource: string): GoStruct {
  const fields = new Map<string, GoValue>([
    ["Group", group],
    ["Resource", resource],
  ]);
  const typeName = "schema.GroupResource";
  return { kind: "struct", typeName, fields, methods: new Map(), text: undefined };
}
