/** The steps of a network plan, and how each becomes one program run. */

import type { Processes } from "#base";

/** A change to the kernel's network. `namespace` is the handle's path; undefined means the host's. */
export type Step =
  | { readonly kind: "namespace"; readonly path: string }
  | { readonly kind: "remove-namespace"; readonly path: string }
  | { readonly kind: "remove-directory"; readonly path: string }
  | { readonly kind: "module"; readonly name: string }
  | {
      readonly kind: "ip";
      readonly namespace: string | undefined;
      readonly lines: readonly string[];
    }
  | { readonly kind: "nft"; readonly namespace: string | undefined; readonly text: string }
  | {
      readonly kind: "settings";
      readonly namespace: string | undefined;
      readonly values: readonly (readonly [name: string, value: string])[];
    };

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly input?: string;
}

/**
 * Runs a program inside a network namespace. `nsenter --net` keeps every other namespace, unlike
 * `ip netns exec`, which remounts /sys and needs rights that containers and some machines refuse.
 */
export function inNamespace(
  namespace: string | undefined,
  program: string,
  args: readonly string[],
): Command {
  if (namespace === undefined) return { program, args };
  return { program: "nsenter", args: [`--net=${namespace}`, program, ...args] };
}

/** The programs to run for one step, in order. */
export function commandsOf(step: Step): readonly Command[] {
  switch (step.kind) {
    case "namespace":
      return [
        { program: "mkdir", args: ["-p", "-m", "700", step.path.replace(/\/[^/]*$/, "")] },
        { program: "touch", args: [step.path] },
        { program: "unshare", args: [`--net=${step.path}`, "true"] },
      ];
    case "remove-namespace":
      return [
        { program: "umount", args: [step.path] },
        { program: "rm", args: ["-f", step.path] },
      ];
    case "remove-directory":
      return [{ program: "rmdir", args: ["--ignore-fail-on-non-empty", step.path] }];
    case "module":
      return [{ program: "modprobe", args: [step.name] }];
    case "ip":
      return [
        {
          ...inNamespace(step.namespace, "ip", ["-batch", "-"]),
          input: `${step.lines.join("\n")}\n`,
        },
      ];
    case "nft":
      return [{ ...inNamespace(step.namespace, "nft", ["-f", "-"]), input: step.text }];
    case "settings": {
      const args = step.values.map(([name, value]) => `${name}=${value}`);
      return [inNamespace(step.namespace, "sysctl", ["-q", "-w", ...args])];
    }
  }
}

/** Takes the steps in order and stops at the first that fails, saying which. */
export async function applySteps(processes: Processes, steps: readonly Step[]): Promise<void> {
  for (const command of steps.flatMap(commandsOf)) {
    await runCommand(processes, command);
  }
}

export async function runCommand(processes: Processes, command: Command): Promise<string> {
  const { program, args, input } = command;
  const { exitCode, stdout, stderr } = await processes.run(
    program,
    args,
    input === undefined ? {} : { input },
  );
  if (exitCode === 0) return stdout;
  throw new Error(`running ${[program, ...args].join(" ")}: ${describeFailure(stderr, input)}`);
}

/** `Command failed -:7` names a line of the input, which is what a person needs to see. */
function describeFailure(stderr: string, input: string | undefined): string {
  const line = /Command failed -:(\d+)/.exec(stderr)?.[1];
  const failed = line === undefined ? undefined : input?.split("\n")[Number(line) - 1];
  return failed === undefined ? stderr.trim() : `${stderr.trim()} (${failed})`;
}
