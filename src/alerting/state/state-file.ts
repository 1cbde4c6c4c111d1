/**
 * What outlives the program: silences, the notification log and the alerts, one a line in a file.
 *
 * Silences and what was told are appended at once: after a crash nobody is told twice, and nothing
 * that was silenced speaks. Alerts are written with the whole file now and then, since whoever sends
 * them sends them again. A line that was cut off by a crash is passed over.
 */
import type { AppendFile, Disk, Logger } from "#base";
import type { Alertmanager } from "../alertmanager.ts";
import type { LogEntry } from "../notify/notification-log.ts";
import type { Silence } from "../suppress/silences.ts";
import { decodeStateLine } from "./decode-state-line.ts";
import { alertLine, logLine, silenceLine } from "./state-line.ts";

export type StateDisk = Pick<Disk, "findFile" | "replaceFile" | "openAppend" | "makeDirectory">;

export class StateFile implements AsyncDisposable {
  readonly #deps: { readonly disk: StateDisk; readonly log: Logger };
  readonly #path: string;
  #file: AppendFile | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Lines that wait for their turn, to be written together. */
  #waiting: string[] = [];

  constructor(deps: { readonly disk: StateDisk; readonly log: Logger }, path: string) {
    this.#deps = deps;
    this.#path = path;
  }

  /** Gives the manager what the file knows, and opens the file for what comes. */
  async restore(manager: Alertmanager, nowMs: number): Promise<void> {
    const bytes = await this.#deps.disk.findFile(this.#path);
    let problems = 0;
    for (const line of new TextDecoder().decode(bytes).split("\n")) {
      if (line === "") continue;
      const state = decodeStateLine(line);
      if (state === undefined) problems++;
      else if (state.kind === "silence") manager.silences.merge(state.silence);
      else if (state.kind === "told") manager.notificationLog.merge(state.entry);
      else manager.alerts.put(state.alert, nowMs);
    }
    if (problems > 0) this.#deps.log.warn("state file has lines that cannot be read", { problems });
    await this.save(manager);
  }

  noteSilence(silence: Silence): void {
    this.#append(silenceLine(silence));
  }

  noteTold(entry: LogEntry): void {
    this.#append(logLine(entry));
  }

  /** Writes the file anew, without what is forgotten. */
  save(manager: Alertmanager): Promise<void> {
    return this.#inTurn(async () => {
      const lines = [
        ...manager.silences.list().map(silenceLine),
        ...[...manager.notificationLog.list()].map(logLine),
        ...[...manager.alerts.list()].map(alertLine),
      ];
      const { disk } = this.#deps;
      await this.#file?.close();
      this.#file = undefined;
      await disk.replaceFile(this.#path, lines.join(""), { mode: 0o600 });
      this.#file = await disk.openAppend(this.#path, { mode: 0o600 });
    });
  }

  /** Resolves when everything noted is on the disk. */
  settled(): Promise<void> {
    return this.#inTurn(async () => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settled();
    await this.#file?.close();
    this.#file = undefined;
  }

  #append(line: string): void {
    this.#waiting.push(line);
    // A turn is to come already, which takes this line too.
    if (this.#waiting.length > 1) return;
    const appended = this.#inTurn(async () => {
      const lines = this.#waiting;
      this.#waiting = [];
      await this.#file?.write(new TextEncoder().encode(lines.join("")));
      await this.#file?.sync();
    });
    appended.catch((error: unknown) => {
      // A full disk, most likely. What is in memory counts until the program ends.
      this.#deps.log.error("state cannot be written", error);
    });
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
