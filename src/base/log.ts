export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Structured logging: a constant lower-case message, and the facts as fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** Logs an error once, at the place that handles it; causes are included. */
  error(message: string, error: unknown, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
}

/** A logger that writes nothing. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};

/**
 * The messages of an error and its causes as one sentence: `opening store: disk full`. A cause that
 * its error quotes already is not told twice.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause === undefined) return error.message;
  const cause = describeError(error.cause);
  return error.message.endsWith(cause) ? error.message : `${error.message}: ${cause}`;
}
