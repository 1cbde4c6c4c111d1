import type { HttpResponse } from "#base";
import type { ApiAnswer } from "./answer.ts";
import type { ApiRequest } from "./request.ts";

/** One route below `/api/v1`. */
export interface ApiRoute {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly pattern: string;
  /** Answers, or throws an `ApiError`. An `HttpResponse` is sent as it is. */
  readonly serve: (
    request: ApiRequest,
    signal: AbortSignal,
  ) => ApiAnswer | HttpResponse | Promise<ApiAnswer | HttpResponse>;
}

/** The same route for `GET` and for a posted form, as most queries may come either way. */
export function getOrPost(pattern: string, serve: ApiRoute["serve"]): readonly ApiRoute[] {
  return [
    { method: "GET", pattern, serve },
    { method: "POST", pattern, serve },
  ];
}
