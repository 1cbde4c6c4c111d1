/** What pods run, wherever it is written: in a pod or in a template. */

import { dns1123LabelProblems, dns1123SubdomainProblems, labelKeyProblems } from "#api";
import type { PodSpec } from "#api/core/v1";
import { labelsProblems } from "../labels.ts";
import { int32Max, rangeFieldProblems } from "../numbers.ts";
import { addressProblems } from "../paths.ts";
import {
  choiceProblems,
  duplicate,
  forbiddenField,
  invalidFor,
  invalidValue,
  optionalChoiceProblems,
  type Problems,
  required,
} from "../problems.ts";
import {
  containersProblems,
  type ContainerSurroundings,
  ephemeralContainersProblems,
  initContainersProblems,
} from "./containers.ts";
import { affinityProblems, spreadProblems, tolerationsProblems } from "./placement.ts";
import { amountsProblems } from "./resources.ts";
import { podSecurityProblems } from "./security.ts";
import { volumesProblems } from "./volumes.ts";

const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

export function* podSpecProblems(path: string, spec: PodSpec): Problems {
  const graceSeconds = spec.terminationGracePeriodSeconds;
  if (graceSeconds === undefined) yield required(`${path}.terminationGracePeriodSeconds`);
  yield* volumesProblems(`${path}.volumes`, spec.volumes ?? []);
  yield* claimsProblems(`${path}.resourceClaims`, spec.resourceClaims ?? []);
  const around: ContainerSurroundings = {
    volumes: new Map((spec.volumes ?? []).map((volume) => [volume.name, volume])),
    claimNames: new Set((spec.resourceClaims ?? []).map(({ name }) => name)),
    graceSeconds,
  };
  yield* containersProblems(`${path}.containers`, spec, around);
  yield* initContainersProblems(`${path}.initContainers`, spec, around);
  yield* ephemeralContainersProblems(`${path}.ephemeralContainers`, spec, around);
  yield* hostNetworkProblems(`${path}.containers`, spec);
  const restarts = ["Always", "OnFailure", "Never"];
  yield* choiceProblems(`${path}.restartPolicy`, spec.restartPolicy, restarts);
  yield* choiceProblems(`${path}.dnsPolicy`, spec.dnsPolicy, dnsPolicies);
  yield* placementProblems(path, spec);
  yield* identityProblems(path, spec);
  yield* lifeProblems(path, spec);
}

function* placementProblems(path: string, spec: PodSpec): Problems {
  yield* labelsProblems(`${path}.nodeSelector`, spec.nodeSelector);
  if (spec.securityContext) {
    yield* podSecurityProblems(`${path}.securityContext`, spec.securityContext);
  }
  if (spec.hostPID === true && spec.shareProcessNamespace === true) {
    const field = `${path}.securityContext.shareProcessNamespace`;
    yield invalidValue(field, true, "ShareProcessNamespace and HostPID cannot both be enabled");
  }
  for (const [index, secret] of (spec.imagePullSecrets ?? []).entries()) {
    if (Object.keys(secret).every((name) => name === "name")) continue;
    yield invalidValue(`${path}.imagePullSecrets[${index}]`, secret, "only name may be set");
  }
  if (spec.affinity) yield* affinityProblems(`${path}.affinity`, spec.affinity);
  yield* dnsProblems(`${path}.dnsConfig`, spec);
  for (const [index, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    const field = `${path}.readinessGates[${index}].conditionType`;
    yield* invalidFor(field, conditionType, labelKeyProblems(conditionType));
  }
  yield* gatesProblems(`${path}.schedulingGates`, spec.schedulingGates ?? []);
  yield* spreadProblems(`${path}.topologySpreadConstraints`, spec.topologySpreadConstraints ?? []);
}

/** Names of the pod, and of what it refers to. */
function* identityProblems(path: string, spec: PodSpec): Problems {
  yield* hostUsersProblems(path, spec);
  for (const name of ["serviceAccountName", "nodeName"] as const) {
    const value = spec[name] ?? "";
    if (value !== "") yield* invalidFor(`${path}.${name}`, value, dns1123SubdomainProblems(value));
  }
  const { activeDeadlineSeconds } = spec;
  yield* rangeFieldProblems(`${path}.activeDeadlineSeconds`, activeDeadlineSeconds, [1, int32Max]);
  for (const name of ["hostname", "subdomain"] as const) {
    const value = spec[name] ?? "";
    if (value !== "") yield* invalidFor(`${path}.${name}`, value, dns1123LabelProblems(value));
  }
}

function* lifeProblems(path: string, spec: PodSpec): Problems {
  yield* tolerationsProblems(`${path}.tolerations`, spec.tolerations ?? []);
  yield* hostAliasesProblems(`${path}.hostAliases`, spec.hostAliases ?? []);
  for (const name of ["priorityClassName", "runtimeClassName"] as const) {
    const value = spec[name] ?? "";
    if (value !== "") yield* invalidFor(`${path}.${name}`, value, dns1123SubdomainProblems(value));
  }
  const policies = ["PreemptLowerPriority", "Never"];
  yield* optionalChoiceProblems(`${path}.preemptionPolicy`, spec.preemptionPolicy, policies);
  yield* amountsProblems(`${path}.overhead`, spec.overhead ?? {});
  if (spec.os) yield* choiceProblems(`${path}.os.name`, spec.os.name, ["linux", "windows"]);
}

function* claimsProblems(path: string, claims: NonNullable<PodSpec["resourceClaims"]>): Problems {
  const names = new Set<string>();
  for (const [index, claim] of claims.entries()) {
    const at = `${path}[${index}]`;
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    if (name === "") yield required(`${at}.name`);
    else if (names.has(name)) yield duplicate(`${at}.name`, name);
    else yield* invalidFor(`${at}.name`, name, dns1123LabelProblems(name));
    names.add(name);
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      const why =
        "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
      yield invalidValue(at, claim, why);
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      const why = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
      yield invalidValue(at, claim, why);
    }
  }
}

/** On the node's network a container's port is the node's. */
function* hostNetworkProblems(path: string, spec: PodSpec): Problems {
  if (spec.hostNetwork !== true) return;
  for (const [index, { ports = [] }] of spec.containers.entries()) {
    for (const [portIndex, { hostPort, containerPort }] of ports.entries()) {
      if (hostPort === containerPort) continue;
      const field = `${path}[${index}].ports[${portIndex}].hostPort`;
      const why = "must match `containerPort` when `hostNetwork` is true";
      yield invalidValue(field, hostPort ?? 0, why);
    }
  }
}

const nameserverCountMax = 3;
const searchCountMax = 32;
const searchCharsMax = 2_048;
const searchDomain = /^[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*$/;

function* dnsProblems(path: string, { dnsConfig, dnsPolicy }: PodSpec): Problems {
  if (dnsPolicy === "None" && dnsConfig === undefined) {
    return yield required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === "None" && nameservers.length === 0) {
    const why = "must provide at least one DNS nameserver when `dnsPolicy` is None";
    return yield required(`${path}.nameservers`, why);
  }
  if (nameservers.length > nameserverCountMax) {
    const why = `must not have more than ${nameserverCountMax} nameservers`;
    yield invalidValue(`${path}.nameservers`, nameservers, why);
  }
  for (const [index, server] of nameservers.entries()) {
    yield* addressProblems(`${path}.nameservers[${index}]`, server);
  }
  yield* searchesProblems(`${path}.searches`, searches);
  for (const [index, { name = "" }] of options.entries()) {
    if (name === "") yield required(`${path}.options[${index}]`, "must not be empty");
  }
}

function* searchesProblems(field: string, searches: readonly string[]): Problems {
  if (searches.length > searchCountMax) {
    const why = `must not have more than ${searchCountMax} search paths`;
    yield invalidValue(field, searches, why);
  }
  if (searches.join(" ").length > searchCharsMax) {
    const why = `must not have more than ${searchCharsMax} characters (including spaces) in the search list`;
    yield invalidValue(field, searches, why);
  }
  for (const [index, search] of searches.entries()) {
    const domain = search.replace(/\.$/, "");
    if (search === "." || searchDomain.test(domain)) continue;
    yield* invalidFor(`${field}[${index}]`, domain, dns1123SubdomainProblems(domain));
  }
}

function* gatesProblems(path: string, gates: NonNullable<PodSpec["schedulingGates"]>): Problems {
  const seen = new Set<string>();
  for (const [index, { name }] of gates.entries()) {
    const at = `${path}[${index}]`;
    yield* invalidFor(at, name, labelKeyProblems(name));
    if (seen.has(name)) yield duplicate(at, name);
    seen.add(name);
  }
}

function* hostUsersProblems(path: string, spec: PodSpec): Problems {
  if (spec.hostUsers !== false) return;
  const why = "when `hostUsers` is false";
  if (spec.hostNetwork === true) yield forbiddenField(`${path}.hostNetwork`, why);
  if (spec.hostPID === true) yield forbiddenField(`${path}.HostPID`, why);
  if (spec.hostIPC === true) yield forbiddenField(`${path}.HostIPC`, why);
}

function* hostAliasesProblems(
  path: string,
  aliases: NonNullable<PodSpec["hostAliases"]>,
): Problems {
  for (const [index, { ip, hostnames = [] }] of aliases.entries()) {
    yield* addressProblems(`${path}[${index}].ip`, ip);
    for (const name of hostnames) {
      yield* invalidFor(`${path}[${index}].hostnames`, name, dns1123SubdomainProblems(name));
    }
  }
}
