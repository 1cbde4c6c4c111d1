/** `/rules`, `/alerts`, `/alertmanagers`. */
import { answerOf, type ApiAnswer } from "../answer.ts";
import { invalidParameter } from "../api-error.ts";
import { labelsRecord } from "../json/labels-json.ts";
import { formatValue, timeJson } from "../json/time-json.ts";
import { findInteger, readFlag, readSelectors } from "../parameters.ts";
import type {
  AlertingRuleView,
  AlertmanagerSource,
  AlertView,
  RuleGroupView,
  RuleSource,
  RuleView,
} from "../ports.ts";
import type { ApiRequest } from "../request.ts";
import type { ApiRoute } from "../route.ts";
import { labelValue, type LabelMatcher } from "#series";

export function ruleRoutes(
  rules: RuleSource,
  alertmanagers: AlertmanagerSource,
): readonly ApiRoute[] {
  const get = { method: "GET" } as const;
  return [
    { ...get, pattern: "/rules", serve: (request) => listRules(rules, request) },
    { ...get, pattern: "/alerts", serve: () => listAlerts(rules) },
    { ...get, pattern: "/alertmanagers", serve: () => listAlertmanagers(alertmanagers) },
  ];
}

interface RuleQuery {
  readonly type: "" | "alert" | "record";
  readonly names: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly matchers: readonly (readonly LabelMatcher[])[];
  readonly withAlerts: boolean;
}

/** 0 when all groups are asked for. */
function readGroupLimit(form: URLSearchParams): number {
  const text = form.get("group_limit") ?? "";
  if (text === "") return 0;
  const limit = findInteger(text);
  if (limit !== undefined && limit > 0) return limit;
  const problem =
    limit === undefined
      ? `group_limit needs to be a valid number: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`
      : "group_limit needs to be greater than 0";
  throw invalidParameter("group_limit", problem);
}

function listRules(source: RuleSource, { form }: ApiRequest): ApiAnswer {
  const query = readRuleQuery(form);
  const limit = readGroupLimit(form);
  const token = form.get("group_next_token") ?? "";
  if (token !== "" && limit === 0) {
    const problem = "group_limit needs to be present in order to paginate over the groups";
    throw invalidParameter("group_next_token", problem);
  }
  const groups = source.groups().filter((group) => isGroupWanted(group, query));
  const start = token === "" ? 0 : groups.findIndex((group) => tokenOf(group) === token);
  if (start < 0) {
    throw invalidParameter("group_next_token", `invalid group_next_token: ${token}`);
  }
  const end = limit === 0 ? groups.length : start + limit;
  const shown = groups.slice(start, end).map((group) => groupJson(group, query));
  const next = groups[end];
  return answerOf({
    groups: query.isNarrowing ? shown.filter(({ rules }) => rules.length > 0) : shown,
    ...(next === undefined ? {} : { groupNextToken: tokenOf(next) }),
  });
}

function readRuleQuery(form: URLSearchParams): RuleQuery & { readonly isNarrowing: boolean } {
  const type = form.get("type") ?? "";
  if (type !== "" && type !== "alert" && type !== "record") {
    throw invalidParameter("type", `not supported value ${JSON.stringify(type)}`);
  }
  const names = new Set(form.getAll("rule_name[]"));
  const matchers = readSelectors(form);
  return {
    type,
    names,
    groups: new Set(form.getAll("rule_group[]")),
    files: new Set(form.getAll("file[]")),
    matchers,
    withAlerts: !readFlag(form, "exclude_alerts"),
    isNarrowing: names.size > 0 || matchers.length > 0 || type !== "",
  };
}

function isGroupWanted(group: RuleGroupView, { groups, files }: RuleQuery): boolean {
  if (groups.size > 0 && !groups.has(group.name)) return false;
  return files.size === 0 || files.has(group.file);
}

function isRuleWanted(rule: RuleView, query: RuleQuery): boolean {
  if (query.type === "alert" && rule.type !== "alerting") return false;
  if (query.type === "record" && rule.type !== "recording") return false;
  if (query.names.size > 0 && !query.names.has(rule.name)) return false;
  if (query.matchers.length === 0) return true;
  return query.matchers.some((matchers) =>
    matchers.every((matcher) => matcher.matches(labelValue(rule.labels, matcher.name))),
  );
}

/** Where a page of groups begins. Opaque to clients; a group's file and name never change in place. */
function tokenOf({ file, name }: RuleGroupView): string {
  let hash = 0xcbf29ce484222325n;
  for (const unit of new TextEncoder().encode(`${file};${name}`)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(unit)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

function groupJson(group: RuleGroupView, query: RuleQuery) {
  return {
    name: group.name,
    file: group.file,
    rules: group.rules
      .filter((rule) => isRuleWanted(rule, query))
      .map((rule) => ruleJson(rule, query.withAlerts)),
    interval: group.intervalSeconds,
    limit: group.limit,
    evaluationTime: group.evaluationSeconds,
    lastEvaluation: timeJson(group.lastEvaluationMs),
  };
}

function ruleJson(rule: RuleView, withAlerts: boolean) {
  const run = {
    health: rule.health,
    ...(rule.lastError === "" ? {} : { lastError: rule.lastError }),
    evaluationTime: rule.evaluationSeconds,
    lastEvaluation: timeJson(rule.lastEvaluationMs),
    type: rule.type,
  };
  const head = { name: rule.name, query: rule.query };
  if (rule.type === "recording") return { ...head, labels: labelsRecord(rule.labels), ...run };
  return { state: rule.state, ...head, ...alertingJson(rule, withAlerts), ...run };
}

function alertingJson(rule: AlertingRuleView, withAlerts: boolean) {
  return {
    duration: rule.forSeconds,
    keepFiringFor: rule.keepFiringForSeconds,
    labels: labelsRecord(rule.labels),
    annotations: labelsRecord(rule.annotations),
    ...(withAlerts ? { alerts: rule.alerts.map(alertJson) } : {}),
  };
}

function alertJson(alert: AlertView) {
  const { keepFiringSinceMs } = alert;
  return {
    labels: labelsRecord(alert.labels),
    annotations: labelsRecord(alert.annotations),
    state: alert.state,
    activeAt: timeJson(alert.activeAtMs),
    ...(keepFiringSinceMs === undefined ? {} : { keepFiringSince: timeJson(keepFiringSinceMs) }),
    value: formatExponent(alert.value),
  };
}

/** An alert's value is written as Go's `%e` with the shortest mantissa: `1e+00`. */
function formatExponent(value: number): string {
  if (!Number.isFinite(value)) return formatValue(value);
  const [mantissa = "", exponent = "+0"] = value.toExponential().split("e");
  const digits = exponent.slice(1).padStart(2, "0");
  return `${mantissa}e${exponent[0]}${digits}`;
}

function listAlerts(source: RuleSource): ApiAnswer {
  const alerts = source
    .groups()
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => (rule.type === "alerting" ? rule.alerts : []));
  return answerOf({ alerts: alerts.map(alertJson) });
}

function listAlertmanagers(source: AlertmanagerSource): ApiAnswer {
  const urls = (list: readonly string[]) => list.map((url) => ({ url }));
  return answerOf({
    activeAlertmanagers: urls(source.active()),
    droppedAlertmanagers: urls(source.dropped()),
  });
}
