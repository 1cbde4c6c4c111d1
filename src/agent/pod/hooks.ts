/** Lifecycle hooks: what an author wants done right after a container started, and before it stops. */

import { type Clock, type Logger, sleep } from "#base";
import type { Live } from "#api";
import type { Container, LifecycleHandler, Pod } from "#api/core/v1";
import type { EventRecorder } from "#client";
import { getFromPod } from "../probes/http-get.ts";
import { DeadlineError, type PodNetwork, withDeadline } from "../probes/network.ts";
import { type Runtime, RuntimeError } from "../runtime.ts";
import type { LifecycleHooks } from "./container-starter.ts";
import { podUidLabel } from "./labels.ts";

export interface HookDeps {
  readonly runtime: {
    readonly containers: Pick<Runtime["containers"], "execSync">;
    readonly sandboxes: Pick<Runtime["sandboxes"], "find" | "list">;
  };
  readonly network: Pick<PodNetwork, "openHttp">;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  readonly log: Logger;
}

export interface HookOptions {
  /** The node's addresses, which pods in the machine's network have too. */
  readonly addresses: readonly string[];
}

/** A hook that was run and did not succeed. */
class HookError extends Error {}

interface Run {
  readonly handler: LifecycleHandler;
  readonly pod: Live<Pod>;
  readonly container: Container;
  readonly id: string;
}

/** Upstream's client waits as long for an HTTP hook. */
const httpTimeoutMs = 60_000;

export function lifecycleHooks(deps: HookDeps, options: HookOptions): LifecycleHooks {
  return {
    async postStart(pod, container, id, signal) {
      const handler = container.lifecycle?.postStart;
      if (handler === undefined) return;
      await runHandler(deps, options, { handler, pod, container, id }, signal);
    },
    async preStop(pod, container, id, { graceSeconds, signal }) {
      const handler = container.lifecycle?.preStop;
      if (handler === undefined) return;
      const run = { handler, pod, container, id };
      try {
        await withDeadline(deps.clock, graceSeconds * 1000, signal, (limited) =>
          runHandler(deps, options, run, limited),
        );
      } catch (error) {
        // The container is stopped all the same; its author is told.
        if (signal.aborted) throw error;
        reportPreStop(deps, run, error, graceSeconds);
      }
    },
  };
}

function reportPreStop(
  { recorder, log }: HookDeps,
  { pod, container }: Run,
  error: unknown,
  graceSeconds: number,
): void {
  const why =
    error instanceof DeadlineError
      ? `not done within ${graceSeconds} seconds`
      : error instanceof Error
        ? error.message
        : String(error);
  log.info("hook failed", { pod: pod.metadata.name, container: container.name, why });
  const fieldPath = `spec.containers{${container.name}}`;
  const subject = { apiVersion: "v1", kind: "Pod", metadata: pod.metadata, fieldPath };
  const message = `PreStopHook failed: ${why}`;
  recorder.record(subject, { type: "Warning", reason: "FailedPreStopHook", message });
}

async function runHandler(
  deps: HookDeps,
  options: HookOptions,
  run: Run,
  signal: AbortSignal,
): Promise<void> {
  const { exec, httpGet, sleep: pause } = run.handler;
  if (exec !== undefined) return runCommand(deps, exec.command ?? [], run, signal);
  if (pause !== undefined) return sleep(deps.clock, pause.seconds * 1000, signal);
  if (httpGet === undefined) throw new HookError("invalid handler: cannot run handler");
  const request = {
    action: httpGet,
    container: run.container,
    podIp: await addressOf(deps, options, run.pod, signal),
    timeoutMs: httpTimeoutMs,
    userAgent: "kube-lifecycle/1.36",
  };
  // Any answer will do: upstream counts only the failure to get one.
  const found = await getFromPod(deps, request, signal);
  if (found.kind === "failure") throw new HookError(found.message);
}

async function runCommand(
  { runtime }: HookDeps,
  command: readonly string[],
  { id }: Run,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { exitCode, stdout, stderr } = await runtime.containers.execSync(id, command, 0, signal);
    if (exitCode === 0) return;
    const utf8 = new TextDecoder();
    const output = `${utf8.decode(stdout)}${utf8.decode(stderr)}`.trim();
    const words = command.join(" ");
    throw new HookError(`command '${words}' exited with ${exitCode}: ${output}`);
  } catch (error) {
    if (error instanceof RuntimeError) throw new HookError(error.message, { cause: error });
    throw error;
  }
}

/** Right after the start the API does not know the pod's address yet; its sandbox does. */
async function addressOf(
  { runtime }: HookDeps,
  { addresses }: HookOptions,
  { spec, metadata, status }: Live<Pod>,
  signal: AbortSignal,
): Promise<string> {
  if (spec.hostNetwork === true) return addresses[0] ?? "";
  if (status.podIP !== undefined) return status.podIP;
  const filter = { labels: { [podUidLabel]: metadata.uid }, state: "ready" } as const;
  const [sandbox] = await runtime.sandboxes.list(filter, signal);
  if (sandbox === undefined) return "";
  return (await runtime.sandboxes.find(sandbox.id, signal))?.ips[0] ?? "";
}
