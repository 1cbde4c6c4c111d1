/** The containers of a pod, of all three kinds. */

import { dns1123LabelProblems, portNameProblems } from "#api";
import type { Container, ContainerPort, EphemeralContainer, PodSpec } from "#api/core/v1";
import { portProblems } from "../numbers.ts";
import {
  choiceProblems,
  duplicate,
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  type Problems,
  required,
  tooMany,
  unknownName,
} from "../problems.ts";
import { protocols } from "../protocols.ts";
import { environmentProblems, environmentSourceProblems } from "./environment.ts";
import { devicesProblems, mountsProblems, type Volumes } from "./mounts.ts";
import { lifecycleProblems, probesProblems } from "./probes.ts";
import { resourcesProblems } from "./resources.ts";
import { securityProblems } from "./security.ts";

const pullPolicies = ["Always", "IfNotPresent", "Never"];
const messagePolicies = ["File", "FallbackToLogsOnError"];
const restartPolicies = ["Always", "Never", "OnFailure"];
const stopSignal = /^SIG[A-Z0-9]+([+-]\d{1,2})?$/;

/** What containers may refer to, and how long they have to end. */
export interface ContainerSurroundings {
  readonly volumes: Volumes;
  readonly claimNames: ReadonlySet<string>;
  readonly graceSeconds: number | undefined;
}

export function* containersProblems(
  path: string,
  spec: PodSpec,
  around: ContainerSurroundings,
): Problems {
  const { containers } = spec;
  if (containers.length === 0) return yield required(path);
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`;
    yield* containerProblems(at, container, around);
    if (names.has(container.name)) yield duplicate(`${at}.name`, container.name);
    names.add(container.name);
    yield* runningProblems(at, container, { spec, around });
    yield* restartProblems(at, container);
    yield* resizeProblems(`${at}.resizePolicy`, container.resizePolicy ?? [], spec);
  }
  yield* hostPortProblems(path, containers);
}

export function* initContainersProblems(
  path: string,
  spec: PodSpec,
  around: ContainerSurroundings,
): Problems {
  const names = new Set(spec.containers.map(({ name }) => name));
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    const at = `${path}[${index}]`;
    yield* containerProblems(at, container, around);
    yield* restartProblems(at, container);
    yield* resizeProblems(`${at}.resizePolicy`, container.resizePolicy ?? [], spec);
    if (names.has(container.name)) yield duplicate(`${at}.name`, container.name);
    if (container.name !== "") names.add(container.name);
    // They run one after the other, so that only their own ports can collide.
    yield* hostPortProblems(path, [container]);
    if (container.restartPolicy === "Always") {
      yield* runningProblems(at, container, { spec, around });
    } else yield* finishingProblems(at, container);
  }
}

const finishingFields = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const;

function* finishingProblems(at: string, container: Container): Problems {
  for (const [index, { restartPolicy }] of (container.resizePolicy ?? []).entries()) {
    if (restartPolicy !== "RestartContainer") continue;
    const field = `${at}.resizePolicy[${index}].restartPolicy`;
    const why = "must not be set to 'RestartContainer' for non-sidecar initContainers";
    yield invalidValue(field, restartPolicy, why);
  }
  for (const field of finishingFields) {
    if (container[field] === undefined) continue;
    const why = "may not be set for init containers without restartPolicy=Always";
    yield forbiddenField(`${at}.${field}`, why);
  }
}

const debuggingFields = [
  "ports",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "resources",
  "resizePolicy",
  "restartPolicy",
] as const;

export function* ephemeralContainersProblems(
  path: string,
  spec: PodSpec,
  around: ContainerSurroundings,
): Problems {
  const others = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
  const names = new Set(others);
  for (const [index, container] of (spec.ephemeralContainers ?? []).entries()) {
    const at = `${path}[${index}]`;
    yield* containerProblems(at, container, around);
    if (names.has(container.name)) yield duplicate(`${at}.name`, container.name);
    names.add(container.name);
    const { targetContainerName = "" } = container;
    if (targetContainerName !== "" && !others.includes(targetContainerName)) {
      yield unknownName(`${at}.targetContainerName`, targetContainerName);
    }
    yield* debuggingProblems(at, container);
  }
}

function* debuggingProblems(at: string, container: EphemeralContainer): Problems {
  for (const field of debuggingFields) {
    if (isUnset(container[field])) continue;
    yield forbiddenField(`${at}.${field}`, "cannot be set for an Ephemeral Container");
  }
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    for (const field of ["subPath", "subPathExpr"] as const) {
      if ((mount[field] ?? "") === "") continue;
      const why = "cannot be set for an Ephemeral Container";
      yield forbiddenField(`${at}.volumeMounts[${index}].${field}`, why);
    }
  }
}

function isUnset(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** What all containers have in common. */
function* containerProblems(
  at: string,
  container: Container | EphemeralContainer,
  { volumes, claimNames }: ContainerSurroundings,
): Problems {
  if (container.name === "") yield required(`${at}.name`);
  else yield* invalidFor(`${at}.name`, container.name, dns1123LabelProblems(container.name));
  if ((container.image ?? "") === "") yield required(`${at}.image`);
  yield* choiceProblems(
    `${at}.terminationMessagePolicy`,
    container.terminationMessagePolicy,
    messagePolicies,
  );
  yield* portsProblems(`${at}.ports`, container.ports ?? []);
  yield* environmentProblems(`${at}.env`, container.env ?? []);
  yield* environmentSourceProblems(`${at}.envFrom`, container.envFrom ?? []);
  yield* mountsProblems(at, container, volumes);
  yield* devicesProblems(at, container, volumes);
  yield* choiceProblems(`${at}.imagePullPolicy`, container.imagePullPolicy, pullPolicies);
  yield* resourcesProblems(`${at}.resources`, container.resources ?? {}, claimNames);
  yield* securityProblems(`${at}.securityContext`, container.securityContext ?? {});
}

interface Running {
  readonly spec: PodSpec;
  readonly around: ContainerSurroundings;
}

/** What only containers have that go on running. */
function* runningProblems(at: string, container: Container, { spec, around }: Running): Problems {
  const { lifecycle } = container;
  if (lifecycle !== undefined) {
    yield* lifecycleProblems(`${at}.lifecycle`, lifecycle, around.graceSeconds);
    yield* stopSignalProblems(`${at}.lifecycle.stopSignal`, lifecycle.stopSignal, spec);
  }
  yield* probesProblems(at, container, around.graceSeconds);
}

function* stopSignalProblems(field: string, signal: string | undefined, spec: PodSpec): Problems {
  if (signal === undefined) return;
  if (spec.os === undefined) {
    yield forbiddenField(field, "may not be set for containers with empty `spec.os.name`");
  } else if (!stopSignal.test(signal)) yield notSupported(field, signal, ["SIGKILL", "SIGTERM"]);
}

const ruleCountMax = 20;

function* restartProblems(
  at: string,
  { restartPolicy, restartPolicyRules = [] }: Container,
): Problems {
  if (restartPolicy === undefined) {
    if (restartPolicyRules.length === 0) return;
    const why = "must specify restartPolicy when restart rules are used";
    yield required(`${at}.restartPolicy`, why);
  } else if (!restartPolicies.includes(restartPolicy)) {
    yield notSupported(`${at}.restartPolicy`, restartPolicy, restartPolicies);
  }
  if (restartPolicyRules.length > ruleCountMax) {
    yield tooMany(`${at}.restartPolicyRules`, restartPolicyRules.length, ruleCountMax);
  }
}

function* portsProblems(path: string, ports: readonly ContainerPort[]): Problems {
  const names = new Set<string>();
  for (const [index, { name = "", containerPort, hostPort = 0, protocol }] of ports.entries()) {
    const at = `${path}[${index}]`;
    const reasons = name === "" ? [] : portNameProblems(name);
    yield* invalidFor(`${at}.name`, name, reasons);
    if (name !== "" && reasons.length === 0) {
      if (names.has(name)) yield duplicate(`${at}.name`, name);
      names.add(name);
    }
    if (containerPort === 0) yield required(`${at}.containerPort`);
    else yield* portProblems(`${at}.containerPort`, containerPort);
    if (hostPort !== 0) yield* portProblems(`${at}.hostPort`, hostPort);
    yield* choiceProblems(`${at}.protocol`, protocol, protocols);
  }
}

/** A port of the node can lead to one container only. */
function* hostPortProblems(path: string, containers: readonly Container[]): Problems {
  const taken = new Set<string>();
  for (const [index, { ports = [] }] of containers.entries()) {
    for (const [portIndex, { hostPort = 0, hostIP = "", protocol }] of ports.entries()) {
      if (hostPort === 0) continue;
      const place = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(place)) {
        yield duplicate(`${path}[${index}].ports[${portIndex}].hostPort`, place);
      }
      taken.add(place);
    }
  }
}

function* resizeProblems(
  path: string,
  policies: NonNullable<Container["resizePolicy"]>,
  { restartPolicy: podPolicy }: PodSpec,
): Problems {
  const seen = new Set<string>();
  for (const [index, { resourceName, restartPolicy }] of policies.entries()) {
    if (seen.has(resourceName)) yield duplicate(`${path}[${index}]`, resourceName);
    seen.add(resourceName);
    yield* choiceProblems(path, resourceName, ["cpu", "memory"]);
    yield* choiceProblems(path, restartPolicy, ["NotRequired", "RestartContainer"]);
    if (podPolicy !== "Never" || restartPolicy === "NotRequired") continue;
    const why = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
    yield invalidValue(path, restartPolicy, why);
  }
}
