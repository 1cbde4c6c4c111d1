/**
 * Looks at the files of this machine and does what `develop.watch` says when they change, one thing
 * after another. What fails is told, and the looking goes on.
 */
import { type Clock, describeError, type Disk, fileOf, sleep, type TarFile } from "#base";
import { keyOfObject, type ObjectCache, type PodStreams } from "#client";
import type { Pod } from "#api/core/v1";
import { objectNameOf } from "../names.ts";
import { podsOfService } from "../service-pods.ts";
import { changesBetween, type FileChanges, type FileMarks, isEmpty } from "./file-changes.ts";
import type { Overlay } from "./overlay.ts";
import { type ScanDisk, scanFiles } from "./scan-files.ts";
import { runInContainer, syncFiles, type SyncContent, type SyncPlace } from "./sync-files.ts";
import type { WatchRule } from "./watch-rules.ts";

export interface WatchDeps {
  readonly disk: ScanDisk & Pick<Disk, "readFile">;
  readonly streams: Pick<PodStreams, "exec">;
  /** Of the stack's pods, kept up to date. */
  readonly pods: Pick<ObjectCache<Pod>, "list">;
  readonly clock: Clock;
  readonly note: (line: string) => void;
  /** Replaces the pods of a service by some that have these files over those of the image. */
  readonly restart: (service: string, files: Overlay["files"]) => Promise<void>;
  /** Builds the image of a service, and deploys it. */
  readonly rebuild: (service: string) => Promise<void>;
  /** The words that run a rule's command where and as it says. */
  readonly commandOf: (rule: WatchRule) => readonly string[];
}

const lookMs = 400;

/** Editors write a file in several steps; nothing is done before so long without a change. */
const settleMs = 150;

/** Goes on until the signal aborts. Throws when there is something that cannot be watched. */
export async function watchFiles(
  deps: WatchDeps,
  rules: readonly WatchRule[],
  signal: AbortSignal,
): Promise<void> {
  const watches = [];
  for (const rule of rules) {
    watches.push(new Watch(deps, rule, await look(deps, rule)));
    // Told only now: what changes from here on is a change.
    deps.note(`${rule.service}: watching ${rule.path} (${rule.action})`);
  }
  while (!signal.aborted) {
    for (const watch of watches) await watch.turn(signal);
    await sleep(deps.clock, lookMs, signal).catch(() => {});
  }
}

function look({ disk }: WatchDeps, { path, isIgnored }: WatchRule): Promise<FileMarks> {
  return scanFiles(disk, path, isIgnored);
}

interface Container extends SyncPlace {
  readonly id: string;
}

/** One rule, and how far it has come. */
class Watch {
  readonly #deps: WatchDeps;
  readonly #rule: WatchRule;
  #seen: FileMarks;
  /** What is to be otherwise than in the image. */
  readonly #written: Set<string>;
  readonly #removed = new Set<string>();
  /** The containers that have all of it. */
  readonly #served = new Set<string>();

  constructor(deps: WatchDeps, rule: WatchRule, seen: FileMarks) {
    this.#deps = deps;
    this.#rule = rule;
    this.#seen = seen;
    this.#written = new Set(rule.initialSync ? seen.keys() : []);
    if (!rule.initialSync) for (const { id } of this.#containers()) this.#served.add(id);
  }

  async turn(signal: AbortSignal): Promise<void> {
    try {
      const changes = await this.#settledChanges(signal);
      if (!isEmpty(changes)) await this.#act(changes, signal);
      if (this.#rule.action.startsWith("sync")) await this.#serveNewContainers(signal);
    } catch (error) {
      // The next change may do better, and the person sees what is wrong.
      if (!signal.aborted) this.#note(describeError(error));
    }
  }

  async #settledChanges(signal: AbortSignal): Promise<FileChanges> {
    const before = this.#seen;
    let now = await look(this.#deps, this.#rule);
    for (let last = before; !isEmpty(changesBetween(last, now)); ) {
      await sleep(this.#deps.clock, settleMs, signal);
      last = now;
      now = await look(this.#deps, this.#rule);
    }
    this.#seen = now;
    return changesBetween(before, now);
  }

  async #act(changes: FileChanges, signal: AbortSignal): Promise<void> {
    const { action, service } = this.#rule;
    for (const path of changes.written) this.#written.add(path);
    for (const path of changes.written) this.#removed.delete(path);
    for (const path of changes.removed) this.#removed.add(path);
    for (const path of changes.removed) this.#written.delete(path);
    const count = changes.written.length + changes.removed.length;
    const files = `${count} ${count === 1 ? "file" : "files"}`;
    if (action === "rebuild") {
      this.#note(`${files} changed, rebuilding`);
      await this.#deps.rebuild(service);
      return;
    }
    if (action === "restart" || action === "sync+restart") {
      this.#note(`${files} changed, restarting`);
      await this.#deps.restart(service, await this.#overlay());
      return;
    }
    const containers = this.#containers();
    const content = await this.#contentOf(changes);
    for (const container of containers) await this.#bring(container, content, signal);
    this.#note(`synced ${files} to ${containers.length} of its containers`);
  }

  /** Pods come and go; each gets what those before it had. */
  async #serveNewContainers(signal: AbortSignal): Promise<void> {
    if (this.#rule.action === "sync+restart") return;
    if (this.#written.size === 0 && this.#removed.size === 0) return;
    const fresh = this.#containers().filter(({ id }) => !this.#served.has(id));
    if (fresh.length === 0) return;
    const all = { written: [...this.#written], removed: [...this.#removed] };
    const content = await this.#contentOf(all);
    for (const container of fresh) await this.#bring(container, content, signal);
  }

  async #bring(container: Container, content: SyncContent, signal: AbortSignal): Promise<void> {
    const { streams, commandOf } = this.#deps;
    await syncFiles(streams, container, content, signal);
    if (this.#rule.action === "sync+exec") {
      await runInContainer(streams, container, { words: commandOf(this.#rule) }, signal);
    }
    this.#served.add(container.id);
  }

  async #contentOf({ written, removed }: FileChanges): Promise<SyncContent> {
    const files: TarFile[] = [];
    for (const path of written) {
      const mode = this.#seen.get(path)?.mode ?? 0o644;
      files.push(fileOf(this.#targetOf(path).slice(1), await this.#read(path), mode & 0o777));
    }
    return { written: files, removed: removed.map((path) => this.#targetOf(path)) };
  }

  async #overlay(): Promise<Overlay["files"]> {
    const files = new Map<string, { readonly content: Uint8Array; readonly mode: number }>();
    if (this.#rule.action === "restart") return files;
    for (const path of this.#written) {
      const mode = this.#seen.get(path)?.mode ?? 0o644;
      files.set(this.#targetOf(path), { content: await this.#read(path), mode });
    }
    return files;
  }

  #read(path: string): Promise<Uint8Array> {
    return this.#deps.disk.readFile(path === "" ? this.#rule.path : `${this.#rule.path}/${path}`);
  }

  /** A single file has its target's name, unless that is a directory. */
  #targetOf(path: string): string {
    const { path: source, target = "" } = this.#rule;
    const isInside = target.endsWith("/");
    if (path !== "") return `${target.replace(/\/+$/, "")}/${path}`;
    return isInside ? `${target}${source.slice(source.lastIndexOf("/") + 1)}` : target;
  }

  #containers(): readonly Container[] {
    const container = objectNameOf(this.#rule.service);
    return podsOfService(this.#deps.pods.list(), container).flatMap((pod) => {
      const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
      const id = status?.containerID ?? "";
      const isRunning = status?.state?.running !== undefined && id !== "";
      return isRunning ? [{ id, pod: keyOfObject(pod), container }] : [];
    });
  }

  #note(line: string): void {
    this.#deps.note(`${this.#rule.service}: ${line}`);
  }
}
