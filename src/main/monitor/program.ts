import type { ProgramFacts } from "#promapi";
import type { ReplayProgress } from "#tsdb";
import { buildFacts } from "./server-facts.ts";

/** What is known of the program from its first moment on. */
export class Program implements ProgramFacts {
  readonly quit: () => void;
  #isReady = false;
  #replay: ReplayProgress = { min: 0, max: 0, current: 0 };

  constructor(quit: () => void) {
    this.quit = quit;
  }

  readonly build = buildFacts;

  /** From now on everything is answered. */
  ready(): void {
    this.#isReady = true;
  }

  readonly isReady = (): boolean => this.#isReady;

  noteReplay(progress: ReplayProgress): void {
    this.#replay = progress;
  }

  readonly walReplay = (): ReplayProgress => this.#replay;

  /** Nothing is in force yet. */
  readonly reload = (): Promise<void> =>
    Promise.reject(new Error("the server is still starting; try again"));
}
