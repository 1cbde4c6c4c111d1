/** Why a service does not come up: its problem, the event behind it, and what it said last. */
import type { ObjectClient } from "#client";
import { hasReason } from "#api";
import { decodeEvent } from "../cluster/decode.ts";
import { eventKind, podKind } from "../cluster/kinds.ts";
import type { DeployedService } from "../plan.ts";
import type { ServiceProblem, ServiceProgress } from "./service-progress.ts";

const logLinesMax = 10;

/** Lines to show, the first of them a sentence about the service. */
export async function explainFailure(
  objects: ObjectClient,
  namespace: string,
  { service, progress }: { readonly service: DeployedService; readonly progress: ServiceProgress },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { problem, ready, wanted } = progress;
  const title = `service "${service.name}" is not running: ${ready} of ${wanted} ready`;
  const events = [problem?.pod, service.workload?.name].flatMap((name) => name ?? []);
  const warning = await lastWarning(objects, namespace, events, signal);
  const log = await lastLines(objects, namespace, problem, signal);
  return [
    problem === undefined ? title : `${title}: ${describeProblem(problem)}`,
    ...(warning === undefined ? [] : [`  event: ${warning}`]),
    ...(log.length === 0 ? [] : ["  last lines of its log:", ...log.map((line) => `    ${line}`)]),
  ];
}

/** `CrashLoopBackOff: exit status 1 after 3 restarts (pod db-0)` */
export function describeProblem({ pod, reason, message }: ServiceProblem): string {
  const said = message === "" ? reason : `${reason}: ${message}`;
  return pod === undefined ? said : `${said} (pod ${pod})`;
}

/** Events that only say that something is as it was. */
const repeats = /^(?:Error: |Back-off )/;

async function lastWarning(
  objects: ObjectClient,
  namespace: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const name of names) {
    const fieldSelector = `involvedObject.name=${name},type=Warning`;
    const found = await objects.list(eventKind, { namespace, fieldSelector }, signal);
    const events = found.map(decodeEvent).sort((one, other) => timeOf(one) - timeOf(other));
    const telling = events.filter(({ message = "" }) => !repeats.test(message));
    const { reason = "", message = "" } = telling.at(-1) ?? events.at(-1) ?? {};
    if (message !== "") return `${reason}: ${message}`;
  }
  return undefined;
}

function timeOf(event: ReturnType<typeof decodeEvent>): number {
  const { lastTimestamp, eventTime, firstTimestamp } = event;
  return Date.parse(String(lastTimestamp ?? eventTime ?? firstTimestamp ?? 0));
}

async function lastLines(
  objects: ObjectClient,
  namespace: string,
  problem: ServiceProblem | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (problem?.pod === undefined || problem.log === "none") return [];
  const query = {
    container: problem.container,
    tailLines: logLinesMax,
    previous: problem.log === "previous" ? true : undefined,
  };
  try {
    const key = { namespace, name: problem.pod };
    const text = await objects.readText(podKind, key, { name: "log", query }, signal);
    return text
      .trimEnd()
      .split("\n")
      .filter((line) => line !== "");
  } catch (error) {
    // A container that never ran has no log, and may be gone by now.
    if (hasReason(error, "BadRequest") || hasReason(error, "NotFound")) return [];
    if (hasReason(error, "Forbidden")) return [];
    throw error;
  }
}
