/** Bounds of namespaces: ResourceQuota and LimitRange. */

import { compareQuantities, labelKeyProblems } from "#api";
import type { LimitRange, LimitRangeItem, ResourceQuota, ResourceQuotaSpec } from "#api/core/v1";
import {
  duplicate,
  forbiddenField,
  invalidFor,
  invalidValue,
  type Problems,
  required,
} from "../problems.ts";
import {
  amountProblems,
  canOvercommit,
  containerResourceNameProblems,
  quantityAt,
  quotaResourceNameProblems,
  type ResourceList,
  resourceNameProblems,
} from "../resource-list.ts";

const scopes: ReadonlySet<string> = new Set([
  "Terminating",
  "NotTerminating",
  "BestEffort",
  "NotBestEffort",
  "PriorityClass",
  "CrossNamespacePodAffinity",
  "VolumeAttributesClass",
]);

export function* resourceQuotaProblems({ spec = {} }: ResourceQuota): Problems {
  for (const [name, amount] of Object.entries(spec.hard ?? {})) {
    yield* quotaResourceNameProblems(`spec.hard[${name}]`, name);
    yield* amountProblems(`spec.hard[${name}]`, name, amount);
  }
  yield* scopesProblems(spec.scopes ?? []);
  yield* selectorProblems("spec.scopeSelector.matchExpressions", spec.scopeSelector);
}

export function* resourceQuotaChangeProblems(
  object: ResourceQuota,
  current: ResourceQuota,
): Problems {
  yield* resourceQuotaProblems(object);
  const after = object.spec?.scopes ?? [];
  const before = current.spec?.scopes ?? [];
  if ([...after].sort().join() === [...before].sort().join()) return;
  yield invalidValue("spec.scopes", after, "field is immutable");
}

function* scopesProblems(chosen: readonly string[]): Problems {
  for (const scope of chosen) {
    if (!scopes.has(scope)) yield invalidValue("spec.scopes", chosen, "unsupported scope");
  }
  for (const scope of ["BestEffort", "Terminating"]) {
    if (!chosen.includes(scope) || !chosen.includes(`Not${scope}`)) continue;
    yield invalidValue("spec.scopes", chosen, "conflicting scopes");
  }
}

function* selectorProblems(path: string, selector: ResourceQuotaSpec["scopeSelector"]): Problems {
  for (const { scopeName, operator, values = [] } of selector?.matchExpressions ?? []) {
    if (!scopes.has(scopeName)) {
      yield invalidValue(`${path}.scopeName`, scopeName, "unsupported scope");
    }
    if (operator === "In" || operator === "NotIn") {
      if (values.length > 0) continue;
      const why =
        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
      yield required(`${path}.values`, why);
    } else if (operator !== "Exists" && operator !== "DoesNotExist") {
      yield invalidValue(`${path}.operator`, operator, "not a valid selector operator");
    } else if (values.length > 0) {
      const why =
        "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      yield invalidValue(`${path}.values`, values, why);
    }
  }
}

const limitTypes: ReadonlySet<string> = new Set(["Pod", "Container", "PersistentVolumeClaim"]);
const lists = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;

export function* limitRangeProblems({ spec }: LimitRange): Problems {
  const seen = new Set<string>();
  for (const [index, item] of (spec?.limits ?? []).entries()) {
    const at = `spec.limits[${index}]`;
    yield* limitTypeProblems(`${at}.type`, item.type);
    if (seen.has(item.type)) yield duplicate(`${at}.type`, item.type);
    seen.add(item.type);
    yield* itemProblems(at, item);
  }
}

function* limitTypeProblems(field: string, type: string): Problems {
  const reasons = labelKeyProblems(type);
  yield* invalidFor(field, type, reasons);
  if (reasons.length > 0 || type.includes("/") || limitTypes.has(type)) return;
  yield invalidValue(field, type, "must be a standard limit type or fully qualified");
}

function* itemProblems(at: string, item: LimitRangeItem): Problems {
  for (const list of ["default", "defaultRequest"] as const) {
    if (item.type !== "Pod" || Object.keys(item[list] ?? {}).length === 0) continue;
    yield forbiddenField(`${at}.${list}`, "may not be specified when `type` is 'Pod'");
  }
  const isContainer = item.type === "Container" || item.type === "Pod";
  const nameProblems = isContainer ? containerResourceNameProblems : resourceNameProblems;
  const names = new Set<string>();
  for (const list of lists) {
    for (const name of Object.keys(item[list] ?? {})) {
      yield* nameProblems(`${at}.${list}[${name}]`, name);
      names.add(name);
    }
  }
  yield* storageProblems(at, item);
  for (const name of names) yield* orderProblems(at, name, item);
}

function* storageProblems(at: string, { type, min = {}, max = {} }: LimitRangeItem): Problems {
  if (type !== "PersistentVolumeClaim") return;
  if (min["storage"] !== undefined || max["storage"] !== undefined) return;
  const why = "either minimum or maximum storage value is required, but neither was provided";
  yield required(`${at}.limits`, why);
}

/** No bound may lie beyond another, and the defaults lie between them. */
function* orderProblems(at: string, name: string, item: LimitRangeItem): Problems {
  const { min, max, default: limit, defaultRequest: request, maxLimitRequestRatio } = item;
  const least = amountOf(min, name, "min");
  const most = amountOf(max, name, "max");
  const usual = amountOf(limit, name, "default");
  const asked = amountOf(request, name, "default request");
  const askedField = `${at}.defaultRequest[${name}]`;
  yield* exceeds([least, most], `${at}.min[${name}]`, least);
  yield* exceeds([least, asked], askedField, asked);
  yield* exceeds([asked, most], askedField, asked);
  yield* exceeds([asked, usual && { ...usual, called: "default limit" }], askedField, asked);
  yield* exceeds([least, usual], `${at}.default[${name}]`, least);
  yield* exceeds([usual, most], `${at}.default[${name}]`, most);
  const ratio = maxLimitRequestRatio?.[name];
  if (ratio !== undefined && compareQuantities(quantityAt(ratio), quantityAt("1")) < 0) {
    const field = `${at}.maxLimitRequestRatio[${name}]`;
    yield invalidValue(field, ratio, `ratio ${ratio} is less than 1`);
  }
  if (canOvercommit(name) || usual === undefined || asked === undefined) return;
  if (compareQuantities(quantityAt(usual.text), quantityAt(asked.text)) === 0) return;
  const why = `default value ${usual.text} must equal to defaultRequest value ${asked.text} in ${name}`;
  yield invalidValue(askedField, asked.text, why);
}

interface Amount {
  readonly called: string;
  readonly text: string;
}

function amountOf(
  list: ResourceList | undefined,
  name: string,
  called: string,
): Amount | undefined {
  const text = list?.[name];
  return text === undefined ? undefined : { called, text };
}

function* exceeds(
  [low, high]: readonly [Amount | undefined, Amount | undefined],
  field: string,
  blamed: Amount | undefined,
): Problems {
  if (low === undefined || high === undefined) return;
  if (compareQuantities(quantityAt(low.text), quantityAt(high.text)) <= 0) return;
  const why = `${low.called} value ${low.text} is greater than ${high.called} value ${high.text}`;
  yield invalidValue(field, blamed?.text, why);
}
