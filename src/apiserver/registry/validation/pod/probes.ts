/** Checks of containers, and what runs after their start and before their stop. */

import type { Lifecycle, LifecycleHandler, Probe } from "#api/core/v1";
import { negativeProblems, portOrNameProblems, portProblems } from "../numbers.ts";
import {
  choiceProblems,
  forbiddenField,
  invalidValue,
  type Problems,
  required,
} from "../problems.ts";

/** What probes and hooks have in common; no probe sleeps and no hook speaks gRPC. */
type Action = LifecycleHandler & Pick<Probe, "grpc">;
type Seconds = number | undefined;

const headerName = /^[-A-Za-z0-9]+$/;
const headerWhy =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";

export interface Probes {
  readonly livenessProbe?: Probe | undefined;
  readonly readinessProbe?: Probe | undefined;
  readonly startupProbe?: Probe | undefined;
}

/** `graceSeconds` is the pod's time to end. */
export function* probesProblems(path: string, probes: Probes, graceSeconds: Seconds): Problems {
  const { livenessProbe, readinessProbe, startupProbe } = probes;
  yield* onceProblems(`${path}.livenessProbe`, livenessProbe, graceSeconds);
  if (readinessProbe !== undefined) {
    const at = `${path}.readinessProbe`;
    yield* probeProblems(at, readinessProbe, graceSeconds);
    const { terminationGracePeriodSeconds: grace } = readinessProbe;
    if (grace !== undefined) {
      const field = `${at}.terminationGracePeriodSeconds`;
      yield invalidValue(field, grace, "must not be set for readinessProbes");
    }
  }
  yield* onceProblems(`${path}.startupProbe`, startupProbe, graceSeconds);
}

/** Probes that end a container are content with one success. */
function* onceProblems(path: string, probe: Probe | undefined, graceSeconds: Seconds): Problems {
  if (probe === undefined) return;
  yield* probeProblems(path, probe, graceSeconds);
  if (probe.successThreshold !== undefined && probe.successThreshold !== 1) {
    yield invalidValue(`${path}.successThreshold`, probe.successThreshold, "must be 1");
  }
}

const timings = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
] as const;

function* probeProblems(path: string, probe: Probe, graceSeconds: Seconds): Problems {
  yield* actionProblems(path, probe, graceSeconds);
  for (const name of timings) yield* negativeProblems(`${path}.${name}`, probe[name]);
  const { terminationGracePeriodSeconds: grace } = probe;
  if (grace !== undefined && grace <= 0) {
    yield invalidValue(`${path}.terminationGracePeriodSeconds`, grace, "must be greater than 0");
  }
}

export function* lifecycleProblems(
  path: string,
  { postStart, preStop }: Lifecycle,
  graceSeconds: Seconds,
): Problems {
  if (postStart) yield* actionProblems(`${path}.postStart`, postStart, graceSeconds);
  if (preStop) yield* actionProblems(`${path}.preStop`, preStop, graceSeconds);
}

const actionNames = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] as const;

/** Exactly one thing to do; the first counts, the others are told to go. */
function* actionProblems(path: string, action: Action, graceSeconds: Seconds): Problems {
  const [first, ...others] = actionNames.filter((name) => action[name] !== undefined);
  if (first === undefined) {
    yield required(path, "must specify a handler type");
    return;
  }
  yield* oneActionProblems(`${path}.${first}`, { [first]: action[first] }, graceSeconds);
  for (const other of others) {
    yield forbiddenField(`${path}.${other}`, "may not specify more than 1 handler type");
  }
}

function* oneActionProblems(
  path: string,
  { exec, httpGet, tcpSocket, grpc, sleep }: Action,
  graceSeconds: Seconds,
): Problems {
  if (exec && (exec.command ?? []).length === 0) yield required(`${path}.command`);
  if (httpGet) yield* httpProblems(path, httpGet);
  if (tcpSocket) yield* portOrNameProblems(`${path}.port`, tcpSocket.port);
  if (grpc) yield* portProblems(`${path}.port`, grpc.port);
  if (sleep) yield* sleepProblems(path, sleep.seconds, graceSeconds);
}

function* httpProblems(path: string, request: NonNullable<Action["httpGet"]>): Problems {
  if ((request.path ?? "") === "") yield required(`${path}.path`);
  yield* portOrNameProblems(`${path}.port`, request.port);
  yield* choiceProblems(`${path}.scheme`, request.scheme, ["HTTP", "HTTPS"]);
  for (const { name } of request.httpHeaders ?? []) {
    if (!headerName.test(name)) yield invalidValue(`${path}.httpHeaders`, name, headerWhy);
  }
}

function* sleepProblems(path: string, seconds: number, graceSeconds: Seconds): Problems {
  if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return;
  const why = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  yield invalidValue(path, seconds, why);
}
