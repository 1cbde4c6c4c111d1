/** Of what kind a mistake is, in the numbers of upstream's API: those of HTTP, and finer ones. */
export type ApiErrorCode = 400 | 404 | 601 | 602 | 612;

/** What a client asked for cannot be right by the API's description alone. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number;

  constructor(code: ApiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.code = code;
    this.status = code < 600 ? code : 422;
  }
}

const uuidPattern = /^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i;

/** The identifier of a silence in a path. Throws an `ApiError` for what is none. */
export function silenceIdIn(parameters: ReadonlyMap<string, string>): string {
  const id = parameters.get("id") ?? "";
  if (uuidPattern.test(id)) return id.toLowerCase();
  throw new ApiError(601, `silenceID in path must be of type uuid: "${id}"`);
}

/** What a client asked for cannot be right, which upstream says in a mere text. */
export class ApiTextError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiTextError";
  }
}
