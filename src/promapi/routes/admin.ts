/** `/admin/tsdb/…`: what may destroy data, and therefore has to be switched on. */
import type { HttpResponse } from "#base";
import { answerOf, emptyResponse } from "../answer.ts";
import { ApiError } from "../api-error.ts";
import { maxTimeMs, minTimeMs, readFlag, readSelectors, readTimeMsOr } from "../parameters.ts";
import type { DatabaseSource } from "../ports.ts";
import type { ApiRequest } from "../request.ts";
import type { ApiRoute } from "../route.ts";

/** `database` is undefined when the administrative API is switched off. */
export function adminRoutes(database: DatabaseSource | undefined): readonly ApiRoute[] {
  const routes: readonly [string, ApiRoute["serve"]][] = [
    ["/admin/tsdb/snapshot", (request) => snapshot(allowed(database), request)],
    ["/admin/tsdb/delete_series", (request) => deleteSeries(allowed(database), request)],
    ["/admin/tsdb/clean_tombstones", () => cleanTombstones(allowed(database))],
  ];
  return routes.flatMap(([pattern, serve]): ApiRoute[] => [
    { method: "POST", pattern, serve },
    { method: "PUT", pattern, serve },
  ]);
}

function allowed(database: DatabaseSource | undefined): DatabaseSource {
  if (database !== undefined) return database;
  throw new ApiError("unavailable", "admin APIs disabled");
}

async function snapshot(database: DatabaseSource, { form }: ApiRequest) {
  return answerOf({ name: await database.snapshot(!readFlag(form, "skip_head")) });
}

async function deleteSeries(database: DatabaseSource, { form }: ApiRequest): Promise<HttpResponse> {
  if (!form.has("match[]")) throw new ApiError("bad_data", "no match[] parameter provided");
  const startMs = readTimeMsOr(form, "start", minTimeMs);
  const endMs = readTimeMsOr(form, "end", maxTimeMs);
  await database.deleteSeries(readSelectors(form), startMs, endMs);
  return emptyResponse(204);
}

async function cleanTombstones(database: DatabaseSource): Promise<HttpResponse> {
  await database.cleanTombstones();
  return emptyResponse(204);
}
