/**
 * How the API refuses: an error that carries a `Status`, rendered in one place as the HTTP response.
 *
 * Reasons, codes and message texts are upstream's (apimachinery `api/errors`); clients match them.
 */

import type { Status, StatusCause, StatusDetails } from "./meta/v1/status.ts";

export type StatusReason =
  | "BadRequest"
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "AlreadyExists"
  | "Conflict"
  | "Gone"
  | "Expired"
  | "RequestEntityTooLarge"
  | "UnsupportedMediaType"
  | "Invalid"
  | "TooManyRequests"
  | "InternalError"
  | "NotImplemented"
  | "ServiceUnavailable"
  | "Timeout"
  /** Upstream's answer to an error that nobody gave a reason: 500 and the bare message. */
  | "";

const codes: Readonly<Record<StatusReason, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  NotImplemented: 501,
  ServiceUnavailable: 503,
  Timeout: 504,
  "": 500,
};

export interface StatusErrorOptions {
  readonly details?: StatusDetails;
  /** HTTP status, where it is not the reason's usual one. */
  readonly code?: number;
  /** Set on list metadata; an expired list carries a token to go on with. */
  readonly continueToken?: string;
  readonly cause?: unknown;
}

/** A refusal by the API server, on either side of the wire. */
export class StatusError extends Error {
  readonly reason: StatusReason;
  readonly code: number;
  readonly details: StatusDetails | undefined;
  readonly continueToken: string | undefined;

  constructor(reason: StatusReason, message: string, options: StatusErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "StatusError";
    this.reason = reason;
    this.code = options.code ?? codes[reason];
    this.details = options.details;
    this.continueToken = options.continueToken;
  }
}

/** What a resource is called in errors: `pods`, `deployments.apps`. */
export interface ResourceName {
  readonly group: string;
  /** Plural for most errors, the kind for `invalid`. */
  readonly name: string;
}

export function qualifiedName(resource: ResourceName): string {
  return resource.group === "" ? resource.name : `${resource.name}.${resource.group}`;
}

export function notFound(resource: ResourceName, name: string): StatusError {
  return new StatusError("NotFound", `${qualifiedName(resource)} "${name}" not found`, {
    details: detailsOf(resource, name),
  });
}

export function alreadyExists(resource: ResourceName, name: string): StatusError {
  return new StatusError("AlreadyExists", `${qualifiedName(resource)} "${name}" already exists`, {
    details: detailsOf(resource, name),
  });
}

/** An optimistic-lock failure or a precondition that does not hold. */
export function conflict(resource: ResourceName, name: string, why: string): StatusError {
  const operation = `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}"`;
  return new StatusError("Conflict", `${operation}: ${why}`, {
    details: detailsOf(resource, name),
  });
}

export function forbidden(resource: ResourceName, name: string, why: string): StatusError {
  const subject = name === "" ? qualifiedName(resource) : `${qualifiedName(resource)} "${name}"`;
  return new StatusError("Forbidden", `${subject} is forbidden: ${why}`, {
    details: detailsOf(resource, name),
  });
}

export function badRequest(message: string): StatusError {
  return new StatusError("BadRequest", message);
}

/** What a validation found wrong with one field; `message` is upstream's body for the cause. */
export interface FieldError {
  /** Path from the object's root: `spec.containers[0].name`. */
  readonly field: string;
  readonly reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotFound"
    | "FieldValueDuplicate"
    | "FieldValueNotSupported"
    | "FieldValueForbidden"
    | "FieldValueTooLong"
    | "FieldValueTooMany"
    | "FieldValueTypeInvalid";
  /** For example `Invalid value: "x": must be positive`. */
  readonly message: string;
}

/** A validation failure of an object of kind `kind.name`. */
export function invalid(
  kind: ResourceName,
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const causes: StatusCause[] = errors.map(({ reason, message, field }) => ({
    reason,
    message,
    field,
  }));
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const summary = texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
  return new StatusError("Invalid", `${qualifiedName(kind)} "${name}" is invalid: ${summary}`, {
    details: { ...detailsOf(kind, name), causes },
  });
}

/** Whether `error` is a refusal with this reason. */
export function hasReason(error: unknown, reason: StatusReason): error is StatusError {
  return error instanceof StatusError && error.reason === reason;
}

/** The body of the response for a refusal. */
export function statusOf(error: StatusError): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: error.continueToken === undefined ? {} : { continue: error.continueToken },
    status: "Failure",
    message: error.message,
    reason: error.reason,
    details: error.details,
    code: error.code,
  };
}

function detailsOf(resource: ResourceName, name: string): StatusDetails {
  return {
    ...(name === "" ? {} : { name }),
    ...(resource.group === "" ? {} : { group: resource.group }),
    kind: resource.name,
  };
}
