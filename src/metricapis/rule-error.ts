/** What is wrong with a rule file, or with one of its rules, in the words of the adapter. */
export class RuleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RuleError";
  }
}
