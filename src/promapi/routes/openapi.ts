/**
 * `/openapi.yaml`: a description of the API for programs, made of the routes that are served. It is
 * JSON, which every reader of YAML reads.
 */
import { textResponse } from "../answer.ts";
import type { ApiRoute } from "../route.ts";

/** Of each route: what it does, and its parameters; `!` marks needed ones, `*` those that repeat. */
const descriptions: ReadonlyMap<string, readonly [summary: string, parameters: string]> = new Map([
  ["/query", ["Evaluate a query at one time", "query! time timeout limit lookback_delta stats"]],
  [
    "/query_range",
    [
      "Evaluate a query over a range of times",
      "query! start! end! step! timeout limit lookback_delta stats",
    ],
  ],
  ["/query_exemplars", ["List the exemplars of a query's series", "query! start end"]],
  ["/format_query", ["Lay out a query", "query!"]],
  ["/parse_query", ["Parse a query", "query!"]],
  ["/labels", ["List names of labels", "start end match[]* limit"]],
  ["/label/{name}/values", ["List values of a label", "start end match[]* limit"]],
  ["/series", ["List series", "match[]!* start end limit"]],
  ["/search/metric_names", ["Search names of metrics", search("include_metadata")]],
  ["/search/label_names", ["Search names of labels", search("")]],
  ["/search/label_values", ["Search values of a label", search("label!")]],
  ["/targets", ["List targets", "state scrapePool"]],
  ["/targets/metadata", ["List what targets say of their metrics", "match_target metric limit"]],
  ["/targets/relabel_steps", ["Relabel step by step", "scrapePool! labels!"]],
  ["/scrape_pools", ["List jobs", ""]],
  ["/scrape_pools/config", ["Show a job's configuration", "scrapePool!"]],
  ["/metadata", ["List metadata of metrics", "metric limit limit_per_metric"]],
  [
    "/rules",
    [
      "List rules",
      "type rule_name[]* rule_group[]* file[]* exclude_alerts match[]* group_limit group_next_token",
    ],
  ],
  ["/alerts", ["List active alerts", ""]],
  ["/alertmanagers", ["List Alertmanagers", ""]],
  ["/status/config", ["Show the configuration in force", ""]],
  ["/status/flags", ["Show the flags", ""]],
  ["/status/runtimeinfo", ["Show facts of the process", ""]],
  ["/status/buildinfo", ["Show the version", ""]],
  ["/status/tsdb", ["Show how full the database is", "limit"]],
  ["/status/tsdb/blocks", ["List the database's blocks", ""]],
  ["/status/walreplay", ["Show how far a start is with the log", ""]],
  ["/status/self_metrics", ["List the server's own metrics", "metric_name_pattern"]],
  ["/features", ["List what the server can do", ""]],
  ["/notifications", ["List what the operator should know", ""]],
  ["/notifications/live", ["Follow what the operator should know", ""]],
  ["/read", ["Remote read", ""]],
  ["/write", ["Remote write", ""]],
  ["/otlp/v1/metrics", ["Take in OpenTelemetry's metrics", ""]],
  ["/admin/tsdb/delete_series", ["Delete series", "match[]!* start end"]],
  ["/admin/tsdb/clean_tombstones", ["Free the space of what is deleted", ""]],
  ["/admin/tsdb/snapshot", ["Make a snapshot", "skip_head"]],
]);

function search(more: string): string {
  const asked = "search[]* fuzz_threshold fuzz_alg case_sensitive sort_by sort_dir include_score";
  return `match[]* start end limit batch_size ${asked} ${more}`.trim();
}

const versions: ReadonlyMap<string, string> = new Map([
  ["", "3.1.0"],
  ["3.1", "3.1.0"],
  ["3.2", "3.2.0"],
]);

/** Describes the other routes; `version` is the server's. */
export function openapiRoute(routes: readonly ApiRoute[], version: string): ApiRoute {
  return {
    method: "GET",
    pattern: "/openapi.yaml",
    serve({ form }) {
      const openapi = versions.get(form.get("openapi_version") ?? "") ?? "3.1.0";
      const info = { title: "Prometheus API", version };
      const servers = [{ url: "/api/v1" }];
      const described = { openapi, info, servers, paths: pathsOf(routes) };
      return textResponse(200, `${JSON.stringify(described, undefined, 2)}\n`, "application/yaml");
    },
  };
}

function pathsOf(routes: readonly ApiRoute[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, pattern } of routes) {
    const path = (paths[pattern] ??= {});
    path[method.toLowerCase()] = operationOf(method, pattern);
  }
  return paths;
}

function operationOf(method: ApiRoute["method"], pattern: string) {
  const [summary, words] = descriptions.get(pattern) ?? ["", ""];
  const named = pattern.includes("{name}")
    ? [{ name: "name", in: "path", required: true, schema: { type: "string" } }]
    : [];
  const asked = words
    .split(" ")
    .filter((word) => word !== "")
    .map(parameterOf);
  const parameters = [...named, ...asked];
  return {
    summary,
    operationId: `${method.toLowerCase()}${pattern.replace(/[^a-z]+/gi, "-")}`,
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: { default: { description: "The answer, or why there is none." } },
  };
}

function parameterOf(word: string) {
  const [, name = "", marks = ""] = /^(.*?)([!*]*)$/.exec(word) ?? [];
  const text = { type: "string" };
  return {
    name,
    in: "query",
    required: marks.includes("!"),
    schema: marks.includes("*") ? { type: "array", items: text } : text,
  };
}
