/** `/format_query` and `/parse_query`: the query itself, without running it. */
import { exprToJson, parseExpr, prettyExpr } from "#promql";
import { answerOf } from "../answer.ts";
import { parseOrRefuse } from "../parameters.ts";
import type { ApiRequest } from "../request.ts";
import { type ApiRoute, getOrPost } from "../route.ts";

export const syntaxRoutes: readonly ApiRoute[] = [
  ...getOrPost("/format_query", (request) => answerOf(prettyExpr(parsedQuery(request)))),
  ...getOrPost("/parse_query", (request) => answerOf(exprToJson(parsedQuery(request)))),
];

function parsedQuery({ form }: ApiRequest) {
  const text = form.get("query") ?? "";
  return parseOrRefuse("query", () => parseExpr(text));
}
