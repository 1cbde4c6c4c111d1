/** How many rules may be evaluated beside the first of their batch, over all groups. */
export class EvaluationSlots {
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a slot if there is one; it must be given back. */
  tryTake(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  giveBack(): void {
    this.#free++;
  }
}
