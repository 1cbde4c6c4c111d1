/** `/format_query` and `/parse_query`: the query itself, without running it. */
import { exprToJson, parseExpr, type ParserOptions, prettyExpr } from "#promql";
import { answerOf } from "../answer.ts";
import { parseOrRefuse } from "../parameters.ts";
import type { ApiRequest } from "../request.ts";
import { type ApiRoute, getOrPost } from "../route.ts";

/** `options` say which parts of the language the server understands. */
export function syntaxRoutes(options: ParserOptions): readonly ApiRoute[] {
  const parsed = ({ form }: ApiRequest) =>
    parseOrRefuse("query", () => parseExpr(form.get("query") ?? "", options));
  return [
    ...getOrPost("/format_query", (request) => answerOf(prettyExpr(parsed(request)))),
    ...getOrPost("/parse_query", (request) => answerOf(exprToJson(parsed(request)))),
  ];
}
