/** On-call beside a stand-alone Alertmanager: a file says who there is, and another one is the log. */
import type { MetricFamily } from "#exposition";
import { describeError, type HttpHandler, type HttpResponse, type Logger } from "#base";
import type { AlertmanagerProgramSettings } from "#cli";
import { onReloadSignal, realDisk } from "#host";
import {
  type AlertGroup,
  FileLog,
  leadsAlone,
  type OncallConfig,
  type SuppressedReport,
} from "#oncall";
import { loadConfigFile } from "./load-config-file.ts";
import { openFileKeys } from "./on-call-keys.ts";
import { OnCallPart, type OnCallSettings } from "./on-call-part.ts";

/** On-call as the alerting program knows it. */
export interface OnCallBeside {
  /** Serves what is below `/oncall`, and leaves the rest to `others`. */
  beside(others: HttpHandler): HttpHandler;
  noteSuppressed(reports: readonly SuppressedReport[]): void;
  /** Takes in what a receiver of on-call is told. */
  take(group: AlertGroup): Promise<void>;
  /** What it tells of itself, beside the metrics of the program. */
  metrics(): readonly MetricFamily[];
}

interface FileOnCallPlace {
  readonly configFile: string;
  /** Where the log and the keys are; made when it is absent. */
  readonly directory: string;
}

/** The part when the program was given a file for it. */
export async function openFileOnCall(
  { oncallConfigFile, storagePath }: AlertmanagerProgramSettings,
  settings: OnCallSettings,
  log: Logger,
): Promise<FileOnCall | undefined> {
  if (oncallConfigFile === undefined) return undefined;
  const place = { configFile: oncallConfigFile, directory: `${storagePath}/oncall` };
  return FileOnCall.open(place, settings, log.child({ component: "oncall" }));
}

export class FileOnCall implements OnCallBeside, AsyncDisposable {
  readonly #configFile: string;
  readonly #log: Logger;
  readonly #part: OnCallPart;
  readonly #resources: AsyncDisposableStack;

  /** Rejects when the file is wrong, the log is damaged, or another program has it. */
  static async open(
    { configFile, directory }: FileOnCallPlace,
    settings: OnCallSettings,
    log: Logger,
  ): Promise<FileOnCall> {
    const config = await loadConfigFile(configFile);
    await using resources = new AsyncDisposableStack();
    await realDisk.makeDirectory(directory, { mode: 0o700 });
    const lock = await realDisk.tryLock(directory);
    if (lock === undefined) throw new Error(`another program is on call in ${directory}`);
    resources.use(lock);
    const keys = await openFileKeys(directory);
    const events = resources.use(await FileLog.open(realDisk, `${directory}/events.log`));
    const ground = { events, leadership: leadsAlone, keys, pollMs: 0 };
    const part = resources.use(await OnCallPart.open(ground, config, { settings, log }));
    const opened = new FileOnCall({ configFile, part, resources: resources.move() }, log);
    await opened.#apply(config);
    return opened;
  }

  private constructor(
    open: {
      readonly configFile: string;
      readonly part: OnCallPart;
      readonly resources: AsyncDisposableStack;
    },
    log: Logger,
  ) {
    this.#configFile = open.configFile;
    this.#part = open.part;
    this.#resources = open.resources;
    this.#log = log;
    this.#resources.use(onReloadSignal(() => void this.#problemOfReload()));
  }

  beside(others: HttpHandler): HttpHandler {
    const own = this.#part.server;
    return {
      handle: async (request, signal) => {
        const isReload = request.method === "POST" && request.target === "/-/reload";
        const problem = isReload ? await this.#problemOfReload() : undefined;
        if (problem !== undefined) return refusedReload(problem);
        return (isOnCallTarget(request.target) ? own : others).handle(request, signal);
      },
      upgrade: (request, signal) => others.upgrade(request, signal),
    };
  }

  noteSuppressed(reports: readonly SuppressedReport[]): void {
    this.#part.noteSuppressed(reports);
  }

  /** Its own are among those of the program. */
  metrics(): readonly MetricFamily[] {
    return [];
  }

  take(group: AlertGroup): Promise<void> {
    return this.#part.take(group);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }

  /** Reads the file again; undefined when it went well, else why the old one stays. */
  async #problemOfReload(): Promise<string | undefined> {
    try {
      await this.#apply(await loadConfigFile(this.#configFile));
      return undefined;
    } catch (error) {
      this.#log.error("the on-call configuration stays as it was", error);
      return describeError(error);
    }
  }

  /** Goes by what is configured, and warns of what would fail at night. */
  async #apply(config: OncallConfig): Promise<void> {
    await this.#part.apply(config, this.#configFile);
    for (const { object, problem } of this.#part.findings()) {
      this.#log.warn("look at this before somebody relies on it", { object, problem });
    }
  }
}

/** Whether on-call answers a request for this. */
export function isOnCallTarget(target: string): boolean {
  return /^\/oncall(?:[/?]|$)/.test(target);
}

function refusedReload(problem: string): HttpResponse {
  const body = new TextEncoder().encode(`failed to reload config: ${problem}\n`);
  return { status: 500, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}
