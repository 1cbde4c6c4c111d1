/** Where pods may run: affinity, tolerations, spreading. */

import { dns1123LabelProblems, dns1123SubdomainProblems, labelValueProblems } from "#api";
import type {
  Affinity,
  NodeSelector,
  NodeSelectorTerm,
  PodAffinityTerm,
  Taint,
  Toleration,
  TopologySpreadConstraint,
} from "#api/core/v1";
import { labelKeyFieldProblems, labelSelectorProblems, operatorProblems } from "../labels.ts";
import { notPositiveProblems } from "../numbers.ts";
import {
  duplicate,
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  optionalChoiceProblems,
  type Problems,
  required,
} from "../problems.ts";

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function* tolerationsProblems(path: string, tolerations: readonly Toleration[]): Problems {
  for (const [index, toleration] of tolerations.entries()) {
    const at = `${path}[${index}]`;
    const { key = "", operator = "", effect = "" } = toleration;
    if (key !== "") yield* labelKeyFieldProblems(`${at}.key`, key);
    else if (operator !== "Exists") {
      const why =
        'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      yield invalidValue(`${at}.operator`, operator, why);
    }
    if (toleration.tolerationSeconds !== undefined && effect !== "NoExecute") {
      const why = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      yield invalidValue(`${at}.effect`, effect, why);
    }
    yield* toleratedValueProblems(`${at}.operator`, toleration);
    if (effect !== "" && !effects.includes(effect)) {
      yield notSupported(`${at}.effect`, effect, effects);
    }
  }
}

function* toleratedValueProblems(
  field: string,
  { operator = "", value = "" }: Toleration,
): Problems {
  switch (operator) {
    case "":
    case "Equal": {
      const reasons = labelValueProblems(value);
      if (reasons.length > 0) yield invalidValue(field, value, reasons.join(";"));
      return;
    }
    case "Exists":
      if (value === "") return;
      yield invalidValue(field, value, "value must be empty when `operator` is 'Exists'");
      return;
    case "Lt":
    case "Gt":
      yield notSupported(field, operator, ["Equal", "Exists", "Lt", "Gt"]);
      return;
    default:
      yield notSupported(field, operator, ["Equal", "Exists"]);
  }
}

export function* taintsProblems(path: string, taints: readonly Taint[]): Problems {
  const seen = new Set<string>();
  for (const [index, taint] of taints.entries()) {
    const at = `${path}[${index}]`;
    yield* labelKeyFieldProblems(`${at}.key`, taint.key);
    const { value = "", effect } = taint;
    const reasons = labelValueProblems(value);
    if (reasons.length > 0) yield invalidValue(`${at}.value`, value, reasons.join(";"));
    if (effect === "") yield required(`${at}.effect`);
    else if (!effects.includes(effect)) yield notSupported(`${at}.effect`, effect, effects);
    const place = `${effect} ${taint.key}`;
    if (seen.has(place)) yield duplicate(at, taint, "taints must be unique by key and effect pair");
    seen.add(place);
  }
}

export function* affinityProblems(path: string, affinity: Affinity): Problems {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity) yield* nodeAffinityProblems(`${path}.nodeAffinity`, nodeAffinity);
  if (podAffinity) yield* podAffinityProblems(`${path}.podAffinity`, podAffinity);
  if (podAntiAffinity) yield* podAffinityProblems(`${path}.podAntiAffinity`, podAntiAffinity);
}

const wanted = "requiredDuringSchedulingIgnoredDuringExecution";
const liked = "preferredDuringSchedulingIgnoredDuringExecution";

function* nodeAffinityProblems(
  path: string,
  affinity: NonNullable<Affinity["nodeAffinity"]>,
): Problems {
  const selector = affinity[wanted];
  if (selector) yield* nodeSelectorProblems(`${path}.${wanted}`, selector);
  for (const [index, { weight, preference }] of (affinity[liked] ?? []).entries()) {
    const at = `${path}.${liked}[${index}]`;
    yield* weightProblems(at, weight);
    yield* termProblems(`${at}.preference`, preference);
  }
}

export function* nodeSelectorProblems(path: string, selector: NodeSelector): Problems {
  const terms = `${path}.nodeSelectorTerms`;
  if (selector.nodeSelectorTerms.length === 0) {
    yield required(terms, "must have at least one node selector term");
  }
  for (const [index, term] of selector.nodeSelectorTerms.entries()) {
    yield* termProblems(`${terms}[${index}]`, term);
  }
}

function* termProblems(path: string, term: NodeSelectorTerm): Problems {
  for (const [index, { key, operator, values = [] }] of (term.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${index}]`;
    if (operator !== "Gt" && operator !== "Lt") yield* operatorProblems(at, operator, values);
    else if (values.length !== 1) {
      const why = "must be specified single value when `operator` is 'Lt' or 'Gt'";
      yield required(`${at}.values`, why);
    }
    yield* labelKeyFieldProblems(`${at}.key`, key);
    for (const [valueIndex, value] of values.entries()) {
      yield* invalidFor(`${at}.values[${valueIndex}]`, value, labelValueProblems(value));
    }
  }
  for (const [index, requirement] of (term.matchFields ?? []).entries()) {
    yield* fieldRequirementProblems(`${path}.matchFields[${index}]`, requirement);
  }
}

function* fieldRequirementProblems(
  at: string,
  { key, operator, values = [] }: NonNullable<NodeSelectorTerm["matchFields"]>[number],
): Problems {
  if (operator !== "In" && operator !== "NotIn") {
    yield invalidValue(`${at}.operator`, operator, "not a valid selector operator");
  } else if (values.length !== 1) {
    const why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    yield required(`${at}.values`, why);
  }
  if (key !== "metadata.name") {
    yield invalidValue(`${at}.key`, key, "not a valid field selector key");
    return;
  }
  for (const [index, value] of values.entries()) {
    yield* invalidFor(`${at}.values[${index}]`, value, dns1123SubdomainProblems(value));
  }
}

function* podAffinityProblems(
  path: string,
  affinity: NonNullable<Affinity["podAffinity"]>,
): Problems {
  for (const [index, term] of (affinity[wanted] ?? []).entries()) {
    yield* podTermProblems(`${path}.${wanted}[${index}]`, term);
  }
  for (const [index, { weight, podAffinityTerm }] of (affinity[liked] ?? []).entries()) {
    const at = `${path}.${liked}[${index}]`;
    yield* weightProblems(at, weight);
    yield* podTermProblems(`${at}.podAffinityTerm`, podAffinityTerm);
  }
}

function* podTermProblems(path: string, term: PodAffinityTerm): Problems {
  yield* labelSelectorProblems(`${path}.labelSelector`, term.labelSelector);
  yield* labelSelectorProblems(`${path}.namespaceSelector`, term.namespaceSelector);
  for (const name of term.namespaces ?? []) {
    yield* invalidFor(`${path}.namespace`, name, dns1123LabelProblems(name));
  }
  if (term.topologyKey === "") yield required(`${path}.topologyKey`, "can not be empty");
  yield* labelKeyFieldProblems(`${path}.topologyKey`, term.topologyKey);
}

function* weightProblems(at: string, weight: number): Problems {
  if (weight < 1 || weight > 100) {
    yield invalidValue(`${at}.weight`, weight, "must be in the range 1-100");
  }
}

const reactions = ["DoNotSchedule", "ScheduleAnyway"];
const inclusions = ["Honor", "Ignore"];

export function* spreadProblems(
  path: string,
  constraints: readonly TopologySpreadConstraint[],
): Problems {
  for (const [index, constraint] of constraints.entries()) {
    const at = `${path}[${index}]`;
    const { maxSkew, topologyKey, whenUnsatisfiable: reaction } = constraint;
    yield* notPositiveProblems(`${at}.maxSkew`, maxSkew);
    if (topologyKey === "") yield required(`${at}.topologyKey`, "can not be empty");
    if (!reactions.includes(reaction)) {
      yield notSupported(`${at}.whenUnsatisfiable`, reaction, reactions);
    }
    const isRepeated = constraints
      .slice(index + 1)
      .some((one) => one.topologyKey === topologyKey && one.whenUnsatisfiable === reaction);
    if (isRepeated) {
      yield duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${reaction}}`);
    }
    yield* spreadOptionProblems(at, constraint);
  }
}

function* spreadOptionProblems(at: string, constraint: TopologySpreadConstraint): Problems {
  const { minDomains, whenUnsatisfiable, labelSelector, matchLabelKeys = [] } = constraint;
  yield* notPositiveProblems(`${at}.minDomains`, minDomains);
  if (minDomains !== undefined && whenUnsatisfiable !== "DoNotSchedule") {
    const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
    yield invalidValue(`${at}.minDomains`, minDomains, why);
  }
  const { nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
  yield* optionalChoiceProblems(`${at}.nodeAffinityPolicy`, nodeAffinityPolicy, inclusions);
  yield* optionalChoiceProblems(`${at}.nodeTaintsPolicy`, nodeTaintsPolicy, inclusions);
  if (matchLabelKeys.length > 0 && labelSelector === undefined) {
    yield forbiddenField(
      `${at}.matchLabelKeys`,
      "must not be specified when labelSelector is not set",
    );
  }
  yield* labelSelectorProblems(`${at}.labelSelector`, labelSelector);
}
