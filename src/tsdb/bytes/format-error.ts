/** Bytes that are not of the form they should have: cut short, damaged, or of an unknown version. */
export class FormatError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "FormatError";
  }
}
