/** `develop.watch`: what is to happen when which files of this machine change. Pure. */
import type { Service } from "#compose";
import { ignoring } from "./ignore-patterns.ts";

type WatchSpec = NonNullable<NonNullable<Service["develop"]>["watch"]>[number];

export interface WatchRule {
  readonly service: string;
  readonly action: WatchSpec["action"];
  /** Absolute; a file or a directory. */
  readonly path: string;
  /** Where it is in the container; for actions that sync. */
  readonly target: string | undefined;
  /** Of `sync+exec`. */
  readonly command: readonly string[];
  readonly workingDirectory: string | undefined;
  readonly environment: ReadonlyMap<string, string | null>;
  readonly initialSync: boolean;
  /** Of a path relative to the rule's. */
  isIgnored(path: string): boolean;
}

/** What every editor and version control leave about, and nobody wants in a container. */
const alwaysIgnored = [
  "**/.git",
  "**/.DS_Store",
  "**/*~",
  "**/.*.sw?",
  "**/.#*",
  "**/#*#",
  "**/4913",
];

/** Throws for a rule that says too little. `buildIgnores` are of the service's `.dockerignore`. */
export function watchRulesOf(
  service: string,
  definition: Service,
  buildIgnores: readonly string[],
): readonly WatchRule[] {
  return (definition.develop?.watch ?? []).map((spec) => {
    const { action, path, target, exec } = spec;
    if (action.startsWith("sync") && target === undefined) {
      throw new Error(`service ${service}: develop.watch of ${path} needs a target to sync to`);
    }
    if (action === "sync+exec" && exec === undefined) {
      throw new Error(`service ${service}: develop.watch of ${path} needs what to exec`);
    }
    if (action === "rebuild" && definition.build === undefined) {
      throw new Error(`service ${service}: develop.watch rebuilds, but there is no build`);
    }
    const left = ignoring([...buildIgnores, ...alwaysIgnored, ...(spec.ignore ?? [])]);
    const wanted = spec.include ?? [];
    const included = ignoring(wanted);
    return {
      service,
      action,
      path,
      target,
      command: exec?.command ?? [],
      workingDirectory: exec?.working_dir,
      environment: exec?.environment ?? new Map(),
      initialSync: spec.initial_sync === true,
      isIgnored: (inner) => left(inner) || (wanted.length > 0 && !included(inner)),
    };
  });
}
