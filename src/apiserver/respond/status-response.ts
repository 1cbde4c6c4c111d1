/** The one place where refusals become responses. */

import { StatusError, statusOf } from "#api";
import type { HttpResponse } from "#base";
import { HttpError } from "#http";

/** A refusal as the response to it. */
export function statusResponse(error: StatusError): HttpResponse {
  const retryAfter = error.details?.retryAfterSeconds;
  const body = new TextEncoder().encode(`${JSON.stringify(statusOf(error))}\n`);
  return {
    status: error.code,
    headers: {
      "content-type": "application/json",
      "content-length": String(body.length),
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
      ...(error.code === 403 ? { "x-content-type-options": "nosniff" } : {}),
    },
    body,
  };
}

/** Any error as a refusal; one that is nobody's fault outside becomes an InternalError. */
export function refusalOf(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof HttpError) {
    return new StatusError(error.reason, error.message, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new StatusError("InternalError", `Internal error occurred: ${message}`, {
    details: { causes: [{ message }] },
    cause: error,
  });
}

/** The resource is there, and not for this. */
export function methodNotAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return new StatusError("MethodNotAllowed", message, { details: {} });
}

/** Nothing is served at the path of the request. */
export function noSuchPath(): StatusError {
  return new StatusError("NotFound", "the server could not find the requested resource", {
    details: {},
  });
}
