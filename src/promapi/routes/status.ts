/** `/status/…`: what runs here, how it is configured, and how full the database is. */
import { answerOf, type ApiAnswer } from "../answer.ts";
import { ApiError } from "../api-error.ts";
import { findInteger } from "../parameters.ts";
import type { DatabaseSource, ServerFacts } from "../ports.ts";
import type { ApiRequest } from "../request.ts";
import type { ApiRoute } from "../route.ts";
import { unavailable } from "./agent.ts";

const cardinalityRows = 10;
const cardinalityRowsMax = 10_000;

/** `database` is undefined in agent mode, where nothing can be queried. */
export function statusRoutes(
  facts: ServerFacts,
  database: DatabaseSource | undefined,
): readonly ApiRoute[] {
  const get = { method: "GET" } as const;
  return [
    { ...get, pattern: "/status/config", serve: () => answerOf({ yaml: facts.configYaml() }) },
    { ...get, pattern: "/status/flags", serve: () => answerOf(flagsJson(facts)) },
    { ...get, pattern: "/status/runtimeinfo", serve: () => answerOf(facts.runtime()) },
    { ...get, pattern: "/status/buildinfo", serve: () => answerOf(facts.build()) },
    { ...get, pattern: "/features", serve: () => answerOf(facts.features()) },
    { ...get, pattern: "/status/tsdb", serve: (request) => tsdbStatus(needed(database), request) },
    {
      ...get,
      pattern: "/status/tsdb/blocks",
      serve: () => answerOf({ blocks: needed(database).blocks() }),
    },
    walReplayRoute(facts),
  ];
}

/** Also served while the database opens, which it tells of. */
export function walReplayRoute(facts: Pick<ServerFacts, "walReplay">): ApiRoute {
  const serve = () => answerOf(facts.walReplay());
  return { method: "GET", pattern: "/status/walreplay", serve };
}

function flagsJson(facts: ServerFacts): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...facts.flags()].toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}

function needed(database: DatabaseSource | undefined): DatabaseSource {
  if (database !== undefined) return database;
  throw unavailable();
}

function tsdbStatus(database: DatabaseSource, { form }: ApiRequest): ApiAnswer {
  const text = form.get("limit") ?? "";
  const limit = text === "" ? cardinalityRows : (findInteger(text) ?? 0);
  if (limit < 1) throw new ApiError("bad_data", "limit must be a positive number");
  if (limit > cardinalityRowsMax) {
    throw new ApiError("bad_data", `limit must not exceed ${cardinalityRowsMax}`);
  }
  const head = database.headFacts();
  return answerOf({
    headStats: {
      numSeries: head.seriesCount,
      numLabelPairs: head.labelPairCount,
      chunkCount: head.chunkCount,
      minTime: head.minTimeMs,
      maxTime: head.maxTimeMs,
    },
    ...database.cardinality(limit),
  });
}
