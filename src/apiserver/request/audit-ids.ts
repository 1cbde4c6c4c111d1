import { type Random, uuid } from "#base";

const counterDigits = 12;

/**
 * Identifiers for requests: UUIDs of which the first part is random and tells the server's run, and the
 * last one counts. To draw each of them would cost more than to get an object.
 */
export class AuditIds {
  readonly #run: string;
  #count: number;

  constructor(random: Random) {
    const first = uuid(random);
    this.#run = first.slice(0, -counterDigits);
    this.#count = Number.parseInt(first.slice(-counterDigits), 16);
  }

  next(): string {
    this.#count = (this.#count + 1) % 16 ** counterDigits;
    return this.#run + this.#count.toString(16).padStart(counterDigits, "0");
  }
}
