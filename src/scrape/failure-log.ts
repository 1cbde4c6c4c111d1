import type { Disk, Logger } from "#base";

/** One failed scrape, as a line of `scrape_failure_log_file`. */
export interface ScrapeFailure {
  readonly atMs: number;
  readonly jobName: string;
  readonly target: string;
  readonly message: string;
}

/** Appends failures to the files that jobs name, one line of JSON each, in order. */
export class FailureLog {
  readonly #disk: Pick<Disk, "appendFile">;
  readonly #log: Logger;
  #written: Promise<void> = Promise.resolve();

  constructor(disk: Pick<Disk, "appendFile">, log: Logger) {
    this.#disk = disk;
    this.#log = log;
  }

  write(file: string, failure: ScrapeFailure): void {
    const line = JSON.stringify({
      time: new Date(failure.atMs).toISOString(),
      level: "ERROR",
      msg: failure.message,
      job_name: failure.jobName,
      target: failure.target,
    });
    this.#written = this.#written
      .then(() => this.#disk.appendFile(file, `${line}\n`, { mode: 0o644 }))
      .catch((error: unknown) => this.#log.error("writing scrape failure log", error, { file }));
  }

  /** Resolves when everything so far is written. */
  flushed(): Promise<void> {
    return this.#written;
  }
}
