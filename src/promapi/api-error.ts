/** Why a request was refused, in the words of the HTTP API's `errorType`. */
export type ApiErrorType =
  | "timeout"
  | "canceled"
  | "execution"
  | "bad_data"
  | "internal"
  | "unavailable"
  | "not_found"
  | "not_acceptable"
  | "too_many_requests";

const statusOf: Readonly<Record<ApiErrorType, number>> = {
  timeout: 503,
  canceled: 499,
  execution: 422,
  bad_data: 400,
  internal: 500,
  unavailable: 500,
  not_found: 404,
  not_acceptable: 406,
  too_many_requests: 429,
};

/** A refusal; rendered in one place as `{status: "error", errorType, error}`. */
export class ApiError extends Error {
  readonly type: ApiErrorType;
  readonly status: number;

  constructor(type: ApiErrorType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.type = type;
    this.status = statusOf[type];
  }
}

/** The refusal of one parameter, worded as upstream's. */
export function invalidParameter(name: string, problem: string, cause?: unknown): ApiError {
  const message = `invalid parameter ${JSON.stringify(name)}: ${problem}`;
  return new ApiError("bad_data", message, { cause });
}
