/** What both metrics groups have towards the API server, which knows them by this shape alone. */

import {
  type AnyKind,
  badRequest,
  type CompiledLabelSelector,
  type JsonObject,
  parseLabelSelector,
  StatusError,
  ValueError,
} from "#api";
import { describeError } from "#base";
import { QueriesUnavailable, QueryRefusal } from "./prom-queries.ts";
import { RuleError } from "./rule-error.ts";

/** A group of the API that is answered from metrics. */
export interface MetricGroup {
  readonly name: string;
  /** In order of preference. */
  readonly versions: readonly string[];
  /** What discovery lists; the same in all versions. */
  resources(): readonly MetricResource[];
  /** Throws a `StatusError`. */
  answer(question: MetricQuestion, signal: AbortSignal): Promise<MetricAnswer>;
}

interface MetricResource {
  /** `pods/http_requests`, `queue_depth`. */
  readonly name: string;
  readonly namespaced: boolean;
  readonly kind: string;
}

/** `…/{version}/namespaces/{namespace}/{resource}/{name}/{subresource}`. */
export interface MetricQuestion {
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly subresource: string;
  readonly query: URLSearchParams;
}

interface MetricAnswer {
  readonly kind: "value";
  readonly schema: AnyKind;
  readonly value: JsonObject;
}

/** Reads the selector of a query parameter. Throws BadRequest. */
export function selectorIn(query: URLSearchParams, parameter: string): CompiledLabelSelector {
  try {
    return parseLabelSelector(query.get(parameter) ?? "");
  } catch (error) {
    if (error instanceof ValueError) throw badRequest(error.message);
    throw error;
  }
}

/** In upstream's words; `of` is a resource, with the name of an object or without. */
export function metricNotFound(metric: string, of: string): StatusError {
  const message = `the server could not find the metric ${metric} for ${of}`;
  return new StatusError("NotFound", message);
}

/** Runs a step that asks for figures; what goes wrong becomes a refusal of the API. */
export async function asStatus<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted || error instanceof StatusError) throw error;
    if (error instanceof RuleError || error instanceof QueryRefusal) {
      throw new StatusError(
        "InternalError",
        `Internal error occurred: unable to fetch metrics: ${error.message}`,
      );
    }
    if (!(error instanceof QueriesUnavailable)) throw error;
    const why = describeError(error);
    throw new StatusError("ServiceUnavailable", `the monitoring engine does not answer: ${why}`);
  }
}
