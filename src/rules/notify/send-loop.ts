import { type Clock, type Logger, RecentValues, sleep } from "#base";
import { encodeAlerts, type SentAlert } from "./sent-alert.ts";

/** Told apart from other failures: trying again may help. */
export class TransientFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TransientFailure";
  }
}

export interface SendLoopDeps {
  /** Posts a body; rejects with what went wrong. */
  readonly post: (body: Uint8Array) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface QueueOptions {
  /** Alerts that wait at most; the oldest give way to newer ones. */
  readonly capacity: number;
  /** Alerts in one request at most. */
  readonly batchMax: number;
  /** What becomes of those that wait at the end: sent, or dropped. */
  readonly atShutdown: "drain" | "drop";
}

export const defaultQueueOptions: QueueOptions = {
  capacity: 10_000,
  batchMax: 256,
  atShutdown: "drain",
};

/** How long to wait before a batch is tried again; then it is given up: its rules tell it anew. */
const retryDelaysMs = [500, 2_000];

/** Sends alerts to one Alertmanager, batch after batch, so that a slow one holds up no other. */
export class SendLoop {
  readonly durations = new RecentValues([0.5, 0.9, 0.99]);
  sentCount = 0;
  droppedCount = 0;
  errorCount = 0;
  readonly #deps: SendLoopDeps;
  readonly #options: QueueOptions;
  readonly #stopping = new AbortController();
  #queue: readonly SentAlert[] = [];
  #wake: (() => void) | undefined;

  constructor(deps: SendLoopDeps, options: QueueOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  get queueLength(): number {
    return this.#queue.length;
  }

  /** Queues alerts; what is too much is dropped, the oldest first. */
  add(alerts: readonly SentAlert[]): void {
    if (this.#stopping.signal.aborted) return;
    const all = [...this.#queue, ...alerts];
    const surplus = Math.max(all.length - this.#options.capacity, 0);
    if (surplus > 0) {
      this.#deps.logger.warn("alert notification queue full, dropping alerts", { count: surplus });
      this.droppedCount += surplus;
    }
    this.#queue = all.slice(surplus);
    this.#wake?.();
  }

  /** Sends until `stop`, and then what is left if that is wanted. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (true) {
      if (signal.aborted && this.#options.atShutdown === "drop") {
        this.droppedCount += this.#queue.length;
        this.#queue = [];
      }
      if (this.#queue.length > 0) await this.#sendBatch();
      else if (signal.aborted) return;
      else await this.#somethingToDo();
    }
  }

  stop(): void {
    this.#stopping.abort();
    this.#wake?.();
  }

  async #somethingToDo(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  async #sendBatch(): Promise<void> {
    const batch = this.#queue.slice(0, this.#options.batchMax);
    this.#queue = this.#queue.slice(batch.length);
    const { clock, logger } = this.#deps;
    const started = clock.elapsedMs();
    try {
      await this.#post(encodeAlerts(batch));
      this.durations.add((clock.elapsedMs() - started) / 1000, clock.nowMs());
      this.sentCount += batch.length;
    } catch (error) {
      // The rules tell their alerts again soon: no batch is worth holding up the next.
      logger.error("error sending alerts", error, { count: batch.length });
      this.errorCount += batch.length;
      this.droppedCount += batch.length;
    }
  }

  async #post(body: Uint8Array): Promise<void> {
    const { signal } = this.#stopping;
    for (const delayMs of retryDelaysMs) {
      try {
        await this.#deps.post(body);
        return;
      } catch (error) {
        // Only what may be over in a moment is tried again, and not while everything waits to end.
        if (!(error instanceof TransientFailure) || signal.aborted) throw error;
        await sleep(this.#deps.clock, delayMs, signal).catch(() => {});
      }
    }
    await this.#deps.post(body);
  }
}
