const scoreMax = 7;

/**
 * How well we keep up ourselves, from 0 (well) to 7: who is slow takes others for dead, and therefore
 * gives them more time the worse it fares.
 */
export class Health {
  #score = 0;

  get score(): number {
    return this.#score;
  }

  /** Worse by so much; negative for better. */
  change(delta: number): void {
    this.#score = Math.min(scoreMax, Math.max(0, this.#score + delta));
  }

  scaled(durationMs: number): number {
    return durationMs * (this.#score + 1);
  }
}
