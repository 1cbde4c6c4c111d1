/** An object that cannot be put into force. The message begins with the field that is to blame. */
export class InvalidObjectError extends Error {
  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
    this.name = "InvalidObjectError";
  }
}
