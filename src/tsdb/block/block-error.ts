/** A file of a block that is damaged, or not what it should be. */
export class BlockError extends Error {
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = "BlockError";
    this.path = path;
  }
}
