/** `query_log_file`: every query as a line of JSON, in upstream's form. */
import { describeError, type Disk, type Logger } from "#base";
import type { FinishedQuery, QueryOrigin } from "#promql";
import { statisticsJson } from "#promapi";

/** Lines that may wait for the disk; more are lost and counted. */
const waitingMax = 10_000;

export class QueryLog implements AsyncDisposable {
  readonly #disk: Pick<Disk, "appendFile">;
  readonly #log: Logger;
  readonly #nowMs: () => number;
  #path = "";
  #waiting: string[] = [];
  #writing: Promise<void> | undefined = undefined;
  #failures = 0;

  constructor(deps: {
    readonly disk: Pick<Disk, "appendFile">;
    readonly log: Logger;
    readonly nowMs: () => number;
  }) {
    this.#disk = deps.disk;
    this.#log = deps.log;
    this.#nowMs = deps.nowMs;
  }

  /** Lines that could not be written. */
  get failureCount(): number {
    return this.#failures;
  }

  get isOn(): boolean {
    return this.#path !== "";
  }

  /** Writes to this file from now on, which is made at once; an empty path ends logging. */
  async apply(path: string): Promise<void> {
    await this.#writing;
    if (path !== "") await this.#disk.appendFile(path, "", { mode: 0o644 });
    this.#path = path;
  }

  write(query: FinishedQuery): void {
    if (!this.isOn) return;
    if (this.#waiting.length >= waitingMax) {
      this.#failures++;
      return;
    }
    this.#waiting.push(queryLine(query, this.#nowMs()));
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      try {
        await this.#disk.appendFile(this.#path, lines.join(""), { mode: 0o644 });
      } catch (error) {
        // Queries go on without their log.
        this.#failures += lines.length;
        this.#log.error("writing the query log", error, { file: this.#path });
      }
    }
  }
}

/** One line, with its end. */
export function queryLine(query: FinishedQuery, nowMs: number): string {
  const { text, startMs, endMs, stepMs, statistics, error, origin } = query;
  const params = {
    end: new Date(endMs).toISOString(),
    query: text,
    start: new Date(startMs).toISOString(),
    step: Math.trunc(stepMs / 1_000),
  };
  const line = {
    time: new Date(nowMs).toISOString(),
    level: "INFO",
    msg: "promql query logged",
    params,
    ...(error === undefined ? {} : { error: describeError(error) }),
    stats: JSON.parse(statisticsJson(statistics, "basic")),
    // No spans are made here.
    spanID: "0000000000000000",
    traceID: "00000000000000000000000000000000",
    ...originOf(origin),
  };
  return `${JSON.stringify(line)}\n`;
}

function originOf(origin: QueryOrigin | undefined) {
  if (origin === undefined) return {};
  if (origin.kind === "ruleGroup") return { ruleGroup: { file: origin.file, name: origin.name } };
  const { clientAddress, method, path } = origin;
  return { httpRequest: { clientIP: clientAddress, method, path } };
}
