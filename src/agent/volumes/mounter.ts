/** Mounts on the machine, made by its own `mount` and `umount`. */

import type { Disk, Processes } from "#base";
import { mountPointsBelow, type MountEntry, parseMountTable } from "./mount-table.ts";

export interface MounterDeps {
  readonly disk: Pick<Disk, "readFile">;
  readonly processes: Pick<Processes, "run">;
}

export class Mounter {
  readonly #deps: MounterDeps;

  constructor(deps: MounterDeps) {
    this.#deps = deps;
  }

  async table(): Promise<readonly MountEntry[]> {
    const text = new TextDecoder().decode(await this.#deps.disk.readFile("/proc/self/mountinfo"));
    return parseMountTable(text);
  }

  async isMounted(path: string): Promise<boolean> {
    return (await this.table()).some(({ mountPoint }) => mountPoint === path);
  }

  /** A file system in memory; `sizeBytes` undefined leaves the limit to the kernel. */
  async mountMemory(
    path: string,
    { mode, sizeBytes }: { readonly mode: string; readonly sizeBytes: number | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const size = sizeBytes === undefined ? [] : [`size=${sizeBytes}`];
    const options = [`mode=${mode}`, "nosuid", "nodev", ...size].join(",");
    await this.#run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path], signal);
  }

  /** Shows `from` at `path` as well. */
  async bind(from: string, path: string, signal: AbortSignal): Promise<void> {
    await this.#run("mount", ["--bind", "--", from, path], signal);
  }

  /** Takes away everything mounted at or below `directory`, so that removing it stays within it. */
  async unmountBelow(directory: string, signal: AbortSignal): Promise<void> {
    const paths = mountPointsBelow(await this.table(), directory);
    // Lazily: a process that is still dying may hold a file for a moment.
    if (paths.length > 0) await this.#run("umount", ["--lazy", "--", ...paths], signal);
    const left = mountPointsBelow(await this.table(), directory);
    if (left.length > 0) throw new Error(`still mounted below ${directory}: ${left.join(", ")}`);
  }

  async #run(program: string, args: readonly string[], signal: AbortSignal): Promise<void> {
    const { exitCode, stderr } = await this.#deps.processes.run(program, args, { signal });
    if (exitCode !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr.trim()}`);
  }
}
