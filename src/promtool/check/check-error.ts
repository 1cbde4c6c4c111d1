/** What is wrong with something that a configuration refers to, in upstream's words. */
export class CheckError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CheckError";
  }
}
