/**
 * An object that cannot be used as it is. The message is for its owner: it stands in an Event and in
 * the object's status.
 */
export class InvalidObjectError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InvalidObjectError";
  }
}

/** Runs `translate`; what it refuses is told with where in the object that is. */
export function within<T>(place: string, translate: () => T): T {
  try {
    return translate();
  } catch (error) {
    // Only refusals are told where they are; everything else is a bug and stays what it is.
    if (!(error instanceof InvalidObjectError)) throw error;
    throw new InvalidObjectError(`${place}: ${error.message}`);
  }
}
