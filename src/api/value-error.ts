/** Text that is not a value of its type: a quantity, a time, a selector. Messages are upstream's. */
export class ValueError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ValueError";
  }
}
