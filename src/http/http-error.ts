/** Why a request could not even be understood; the names are those of a Status' `reason`. */
export type HttpErrorReason =
  | "BadRequest"
  | "NotFound"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "RequestEntityTooLarge"
  | "UnsupportedMediaType";

const statusOf: Readonly<Record<HttpErrorReason, number>> = {
  BadRequest: 400,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
};

/** A refusal at the level of HTTP. Who serves the request renders it: as a Status, or as plain text. */
export class HttpError extends Error {
  readonly reason: HttpErrorReason;
  readonly status: number;

  constructor(reason: HttpErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HttpError";
    this.reason = reason;
    this.status = statusOf[reason];
  }
}
