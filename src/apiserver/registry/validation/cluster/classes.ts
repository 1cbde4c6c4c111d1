/** Small kinds of the whole cluster: priorities, runtimes, leases, certificate requests. */

import { dns1123LabelProblems, labelKeyProblems } from "#api";
import type { CertificateSigningRequest } from "#api/certificates/v1";
import type { Lease } from "#api/coordination/v1";
import type { RuntimeClass } from "#api/node/v1";
import type { PriorityClass } from "#api/scheduling/v1";
import { fixedProblems } from "../immutable.ts";
import { labelsProblems } from "../labels.ts";
import { negativeProblems } from "../numbers.ts";
import { tolerationsProblems } from "../pod/placement.ts";
import { amountsProblems } from "../pod/resources.ts";
import {
  duplicate,
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  optionalChoiceProblems,
  type Problems,
  required,
} from "../problems.ts";

const userPriorityMax = 1_000_000_000;
const systemPriorities: ReadonlyMap<string, number> = new Map([
  ["system-node-critical", 2_000_001_000],
  ["system-cluster-critical", 2_000_000_000],
]);

export function* priorityClassProblems(object: PriorityClass): Problems {
  const name = object.metadata?.name ?? "";
  if (name.startsWith("system-")) yield* systemPriorityProblems(name, object);
  else if ((object.value ?? 0) > userPriorityMax) {
    const why = `maximum allowed value of a user defined priority is ${userPriorityMax}`;
    yield forbiddenField("value", why);
  }
  const policies = ["PreemptLowerPriority", "Never"];
  yield* optionalChoiceProblems("preemptionPolicy", object.preemptionPolicy, policies);
}

function* systemPriorityProblems(
  name: string,
  { value, globalDefault = false }: PriorityClass,
): Problems {
  const known = systemPriorities.get(name);
  const error =
    known === undefined
      ? `${name} is not a known system priority class`
      : value !== known
        ? `value of ${name} PriorityClass must be ${known}`
        : globalDefault
          ? `globalDefault of ${name} PriorityClass must be false`
          : undefined;
  if (error === undefined) return;
  const why = `priority class names with 'system-' prefix are reserved for system use only. error: ${error}`;
  yield forbiddenField("metadata.name", why);
}

export function* priorityClassChangeProblems(
  object: PriorityClass,
  current: PriorityClass,
): Problems {
  if (object.value !== current.value) {
    yield forbiddenField("value", "may not be changed in an update.");
  }
  yield* fixedProblems("preemptionPolicy", object.preemptionPolicy, current.preemptionPolicy);
}

export function* runtimeClassProblems({ handler, overhead, scheduling }: RuntimeClass): Problems {
  if (handler === "") yield required("handler");
  else yield* invalidFor("handler", handler, dns1123LabelProblems(handler));
  yield* amountsProblems("overhead.podFixed", overhead?.podFixed ?? {});
  yield* labelsProblems("scheduling.nodeSelector", scheduling?.nodeSelector);
  yield* tolerationsProblems("scheduling.tolerations", scheduling?.tolerations ?? []);
}

export function* runtimeClassChangeProblems(object: RuntimeClass, current: RuntimeClass): Problems {
  yield* runtimeClassProblems(object);
  yield* fixedProblems("handler", object.handler, current.handler);
}

export function* leaseProblems({ spec = {} }: Lease): Problems {
  const { leaseDurationSeconds: seconds, leaseTransitions, strategy, preferredHolder } = spec;
  if (seconds !== undefined && seconds <= 0) {
    yield invalidValue("spec.leaseDurationSeconds", seconds, "must be greater than 0");
  }
  yield* negativeProblems("spec.leaseTransitions", leaseTransitions);
  if ((preferredHolder ?? "") !== "" && (strategy ?? "") === "") {
    const why = "may only be specified if `strategy` is defined";
    yield forbiddenField("spec.preferredHolder", why);
  }
}

const keyUsages = [
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
];
const validSecondsMin = 600;

export function* certificateRequestProblems({ spec }: CertificateSigningRequest): Problems {
  const { request, usages = [], signerName, expirationSeconds } = spec;
  if (!isRequestBlock(request)) {
    const why = "PEM block type must be CERTIFICATE REQUEST";
    yield invalidValue("spec.request", request, why);
  }
  if (usages.length === 0) yield required("spec.usages");
  const seen = new Set<string>();
  for (const [index, usage] of usages.entries()) {
    const field = `spec.usages[${index}]`;
    if (!keyUsages.includes(usage)) yield notSupported(field, usage, keyUsages);
    if (seen.has(usage)) yield duplicate(field, usage);
    seen.add(usage);
  }
  yield* signerProblems(signerName);
  if (expirationSeconds !== undefined && expirationSeconds < validSecondsMin) {
    const why = `may not specify a duration less than ${validSecondsMin} seconds (10 minutes)`;
    yield invalidValue("spec.expirationSeconds", expirationSeconds, why);
  }
}

const conditionStatuses = ["False", "True", "Unknown"];

/** A request is approved or denied, for good. */
export function* certificateConditionsProblems({ status }: CertificateSigningRequest): Problems {
  const seen = new Set<string>();
  for (const [index, condition] of (status?.conditions ?? []).entries()) {
    const at = `status.conditions[${index}]`;
    const { type, status: value } = condition;
    if (type === "") yield required(`${at}.type`);
    if (value === "") yield required(`${at}.status`);
    else if (!conditionStatuses.includes(value)) {
      yield notSupported(`${at}.status`, value, conditionStatuses);
    } else if ((type === "Approved" || type === "Denied") && value !== "True") {
      yield notSupported(`${at}.status`, value, ["True"]);
    }
    const other = type === "Approved" ? "Denied" : type === "Denied" ? "Approved" : undefined;
    if (other !== undefined && seen.has(other)) {
      const why = "Approved and Denied conditions are mutually exclusive";
      yield invalidValue("status.conditions", type, why);
    }
    if (seen.has(type)) yield duplicate(`${at}.type`, type);
    seen.add(type);
  }
}

function* signerProblems(name: string): Problems {
  const field = "spec.signerName";
  if (name === "") yield required(field);
  else if (!name.includes("/")) {
    const why = 'must be a fully qualified domain and path of the form "example.com/signer-name"';
    yield invalidValue(field, name, why);
  } else if (name === "kubernetes.io/legacy-unknown") {
    const why = "the legacy signerName is not allowed via this API version";
    yield invalidValue(field, name, why);
  } else {
    const [domain = ""] = name.split("/");
    yield* invalidFor(field, domain, labelKeyProblems(`${domain}/x`));
  }
}

function isRequestBlock(base64: string): boolean {
  try {
    return atob(base64).includes("-----BEGIN CERTIFICATE REQUEST-----");
  } catch {
    // What is no base64 is no request either.
    return false;
  }
}
