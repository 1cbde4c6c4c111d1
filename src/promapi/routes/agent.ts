/** What an agent answers in place of all that needs a database. */
import type { Queryable } from "#series";
import { textResponse } from "../answer.ts";
import { ApiError } from "../api-error.ts";
import { type ApiRoute, getOrPost } from "../route.ts";

const asked = [
  "/query",
  "/query_range",
  "/query_exemplars",
  "/format_query",
  "/parse_query",
  "/labels",
  "/series",
] as const;
const looked = ["/label/{name}/values", "/alertmanagers", "/alerts", "/rules"] as const;
const administered = ["delete_series", "clean_tombstones", "snapshot"] as const;
const unsupported = "unsupported operation with WAL-only storage";

export function agentRoutes(): readonly ApiRoute[] {
  return [
    ...asked.flatMap((pattern) => getOrPost(pattern, refuse)),
    ...looked.map((pattern) => ({ method: "GET", pattern, serve: refuse }) as const),
    ...administered.flatMap((name) => {
      const route = { pattern: `/admin/tsdb/${name}`, serve: refuse };
      return [{ ...route, method: "POST" } as const, { ...route, method: "PUT" } as const];
    }),
    { method: "POST", pattern: "/read", serve: () => textResponse(500, `${unsupported}\n`) },
  ];
}

/** What an agent can be asked for its samples. */
export const agentStorage: Queryable = {
  querier: () => Promise.reject(new Error(unsupported)),
};

function refuse(): never {
  throw unavailable();
}

export function unavailable(): ApiError {
  return new ApiError("execution", "unavailable with Prometheus Agent");
}
