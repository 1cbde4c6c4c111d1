/** Scrapes one target again and again, and stores what it says and how it went. */
import { type Clock, describeError, type Logger, sleep } from "#base";
import type { HttpClient } from "#outbound";
import type { ScrapeConfig } from "#promconfig";
import type { Appendable, Appender } from "#series";
import { type FetchDeps, fetchTarget, isTooLarge } from "./fetch-target.ts";
import { type ReportFacts, reportSamples } from "./report.ts";
import { alignedTimestamp, firstScrapeDelayMs, nextDueMs } from "./schedule.ts";
import type { Target } from "./target.ts";
import type { ScrapeFigures } from "./target-series.ts";

export interface LoopDeps extends FetchDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Appendable;
  /** Told after each scrape. */
  readonly observe: (event: ScrapeEvent) => void;
}

export interface ScrapeEvent {
  readonly target: Target;
  readonly figures: ScrapeFigures;
  /** Undefined when it went well. */
  readonly failure: string | undefined;
  readonly isTooLarge: boolean;
  readonly seconds: number;
  /** Since the scrape before; undefined for the first. */
  readonly intervalSeconds: number | undefined;
}

export interface LoopOptions {
  readonly config: ScrapeConfig;
  readonly client: HttpClient;
  readonly target: Target;
  /** Differs between servers that scrape the same targets. */
  readonly offsetSeed: number;
  /** Why nothing of the job may be scraped, such as too many targets. */
  readonly refusal: () => string | undefined;
}

/** How a loop ends: with its series going on under another loop, or ended for good. */
export type LoopEnd = "handed over" | "gone";

export class ScrapeLoop {
  readonly #deps: LoopDeps;
  readonly #options: LoopOptions;
  readonly #stop = new AbortController();
  #end: LoopEnd = "gone";
  #lastTimestampMs = Number.NEGATIVE_INFINITY;
  #lastStartMs: number | undefined;
  #firstMs = 0;

  constructor(deps: LoopDeps, options: LoopOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Ends the loop after the scrape that is under way. May be said again while the series still go on. */
  stop(end: LoopEnd): void {
    this.#end = end;
    this.#stop.abort(new Error("scrape loop stopped"));
  }

  /**
   * Scrapes until stopped. When the target is gone its series are ended, a little over two intervals
   * later, because it may come back at once. `shutdown` ends everything without that: after a restart
   * the series go on.
   */
  async run(shutdown: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const { target, offsetSeed } = this.#options;
    const stopped = AbortSignal.any([this.#stop.signal, shutdown]);
    const { intervalMs } = target.spec;
    const delayMs = firstScrapeDelayMs(target.spec, offsetSeed, clock.nowMs());
    let dueMs = clock.elapsedMs() + delayMs;
    await this.#until(dueMs, stopped);
    this.#firstMs = clock.nowMs();
    while (!stopped.aborted) {
      await this.#scrape(shutdown);
      dueMs = nextDueMs(dueMs, intervalMs, clock.elapsedMs());
      await this.#until(dueMs, stopped);
    }
    if (this.#end === "gone") await this.#endSeries(dueMs, shutdown);
  }

  async #until(dueMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const delayMs = dueMs - clock.elapsedMs();
    if (delayMs > 0) await sleep(clock, delayMs, signal).catch(() => {});
  }

  async #scrape(shutdown: AbortSignal): Promise<void> {
    const { clock, store } = this.#deps;
    const { target, refusal } = this.#options;
    const startedAtMs = clock.elapsedMs();
    const formerStartMs = this.#lastStartMs;
    this.#lastStartMs = startedAtMs;
    const timestampMs = this.#nextTimestamp();
    const forced = refusal();
    const outcome =
      forced === undefined
        ? await this.#fetchAndAppend(timestampMs, shutdown)
        : this.#failed(store.appender(), timestampMs, forced);
    if (outcome === undefined) return;
    const { figures, failure, bodyBytes, appender } = outcome;
    const seconds = (clock.elapsedMs() - startedAtMs) / 1_000;
    target.state = {
      health: failure === undefined ? "up" : "down",
      lastError: failure ?? "",
      lastScrapeMs: timestampMs,
      lastScrapeSeconds: seconds,
    };
    await this.#commit(appender, timestampMs, { figures, failure, bodyBytes, seconds });
    const intervalSeconds =
      formerStartMs === undefined ? undefined : (startedAtMs - formerStartMs) / 1_000;
    const event = { target, figures, failure, isTooLarge: bodyBytes < 0, seconds };
    this.#deps.observe({ ...event, intervalSeconds });
  }

  /** Later than the one before, whatever the wall clock does. */
  #nextTimestamp(): number {
    const { intervalMs } = this.#options.target.spec;
    const schedule = { firstMs: this.#firstMs, intervalMs };
    const timestampMs = alignedTimestamp(this.#deps.clock.nowMs(), schedule);
    if (timestampMs <= this.#lastTimestampMs) this.#firstMs = this.#deps.clock.nowMs();
    this.#lastTimestampMs = timestampMs;
    return timestampMs;
  }

  async #fetchAndAppend(timestampMs: number, shutdown: AbortSignal): Promise<Outcome | undefined> {
    const { store, log } = this.#deps;
    const { target, client, config } = this.#options;
    try {
      const place = { config, spec: target.spec };
      const body = await fetchTarget(this.#deps, client, place, shutdown);
      if (body.warning !== undefined) log.debug(body.warning, { target: target.spec.url });
      const appender = store.appender();
      const figures = target.series.append(appender, body, timestampMs);
      const bodyBytes = body.bytes.length;
      this.#deps.buffers.give(body.bytes);
      if (figures.problem === undefined) {
        return { figures, failure: undefined, bodyBytes, appender };
      }
      appender.rollback();
      const failed = this.#failed(store.appender(), timestampMs, figures.problem);
      // What was read before the problem is still told.
      return { ...failed, figures, bodyBytes };
    } catch (error) {
      // The catch site of the scrape loop: whatever goes wrong is the target's health.
      if (shutdown.aborted) return undefined;
      const bodyBytes = isTooLarge(error) ? -1 : 0;
      const appender = store.appender();
      const message = error instanceof Error ? error.message : String(error);
      return { ...this.#failed(appender, timestampMs, message), bodyBytes };
    }
  }

  #failed(appender: Appender, timestampMs: number, failure: string): Outcome {
    const figures = this.#options.target.series.appendNothing(appender, timestampMs);
    return { figures, failure, bodyBytes: 0, appender };
  }

  async #commit(appender: Appender, timestampMs: number, facts: ReportFacts): Promise<void> {
    const { config, target } = this.#options;
    try {
      for (const sample of reportSamples(config, target.spec, facts)) {
        target.series.report(appender, sample, timestampMs, sample.value);
      }
      await appender.commit();
    } catch (error) {
      // The store may be full; the next scrape tries again.
      this.#deps.log.error("scrape commit failed", error, { target: target.spec.url });
    }
  }

  async #endSeries(dueMs: number, shutdown: AbortSignal): Promise<void> {
    const { clock, store, log } = this.#deps;
    const { target, config } = this.#options;
    if (target.state.lastScrapeMs === undefined) return;
    const { intervalMs } = target.spec;
    await this.#until(dueMs, shutdown);
    const staleMs = clock.nowMs();
    await this.#until(dueMs + intervalMs * 1.1, shutdown);
    // It came back meanwhile, or we are to end ourselves.
    if (shutdown.aborted || this.#end === "handed over") return;
    const appender = store.appender();
    try {
      const figures = target.series.appendNothing(appender, staleMs);
      const facts = { figures, failure: undefined, bodyBytes: 0, seconds: 0 };
      for (const sample of reportSamples(config, target.spec, facts)) {
        target.series.report(appender, sample, staleMs, undefined);
      }
      await appender.commit();
    } catch (error) {
      log.warn("stale append failed", { target: target.spec.url, why: describeError(error) });
    }
  }
}

interface Outcome {
  readonly figures: ScrapeFigures;
  readonly failure: string | undefined;
  /** −1 when the body was too large, 0 when there was none. */
  readonly bodyBytes: number;
  readonly appender: Appender;
}
