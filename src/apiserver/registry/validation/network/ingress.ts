/** Ways into the cluster: Ingress and IngressClass. */

import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  pathSegmentProblems,
  portNameProblems,
  wildcardSubdomainProblems,
} from "#api";
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressClass,
  IngressClassSpec,
  IngressSpec,
} from "#api/networking/v1";
import { fixedProblems } from "../immutable.ts";
import { portProblems } from "../numbers.ts";
import { addressFamily } from "../paths.ts";
import {
  choiceProblems,
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  type Problems,
  required,
  tooLong,
} from "../problems.ts";

export function* ingressProblems({ spec = {} }: Ingress): Problems {
  const { rules = [], defaultBackend, ingressClassName } = spec;
  if (rules.length === 0 && defaultBackend === undefined) {
    const why = "either `defaultBackend` or `rules` must be specified";
    yield invalidValue("spec", spec.rules, why);
  }
  if (defaultBackend) yield* backendProblems("spec.defaultBackend", defaultBackend);
  for (const [index, rule] of rules.entries()) {
    const at = `spec.rules[${index}]`;
    const { host = "", http } = rule;
    if (addressFamily(host) !== undefined) {
      yield invalidValue(`${at}.host`, host, "must be a DNS name, not an IP address");
    }
    if (host !== "") yield* hostProblems(`${at}.host`, host);
    if (http === undefined) continue;
    if (http.paths.length === 0) yield required(`${at}.http.paths`);
    for (const [pathIndex, path] of http.paths.entries()) {
      yield* pathProblems(`${at}.http.paths[${pathIndex}]`, path);
    }
  }
  yield* certificateProblems(spec.tls ?? []);
  if (ingressClassName !== undefined) {
    const reasons = dns1123SubdomainProblems(ingressClassName);
    yield* invalidFor("spec.ingressClassName", ingressClassName, reasons);
  }
}

const classAnnotation = "kubernetes.io/ingress.class";

export function* newIngressProblems(object: Ingress): Problems {
  yield* ingressProblems(object);
  const annotation = object.metadata?.annotations?.[classAnnotation];
  const name = object.spec?.ingressClassName;
  if (annotation === undefined || name === undefined || annotation === name) return;
  const why = "must match `ingressClassName` when both are specified";
  yield invalidValue(`annotations.${classAnnotation}`, annotation, why);
}

function* hostProblems(field: string, host: string): Problems {
  const check = host.includes("*") ? wildcardSubdomainProblems : dns1123SubdomainProblems;
  yield* invalidFor(field, host, check(host));
}

function* certificateProblems(certificates: NonNullable<IngressSpec["tls"]>): Problems {
  for (const [index, { hosts = [], secretName = "" }] of certificates.entries()) {
    const at = `spec.tls[${index}]`;
    for (const [hostIndex, host] of hosts.entries()) {
      yield* hostProblems(`${at}.hosts[${hostIndex}]`, host);
    }
    if (secretName === "") continue;
    yield* invalidFor(`${at}.secretName`, secretName, dns1123SubdomainProblems(secretName));
  }
}

const pathTypes = ["Exact", "ImplementationSpecific", "Prefix"];
const wrongSequences = ["//", "/./", "/../", "%2f", "%2F"];
const wrongEndings = ["/..", "/."];

function* pathProblems(at: string, { path = "", pathType, backend }: HTTPIngressPath): Problems {
  // Upstream counts a type that is missing and one that is empty as different mistakes.
  if (pathType === undefined) {
    return yield required(`${at}.pathType`, "pathType must be specified");
  }
  if (!pathTypes.includes(pathType)) {
    yield notSupported(`${at}.pathType`, pathType, pathTypes);
  } else {
    const isFree = pathType === "ImplementationSpecific";
    if (!path.startsWith("/") && !(isFree && path === "")) {
      yield invalidValue(`${at}.path`, path, "must be an absolute path");
    }
    if (!isFree) yield* plainPathProblems(`${at}.path`, path);
  }
  yield* backendProblems(`${at}.backend`, backend);
}

function* plainPathProblems(field: string, path: string): Problems {
  for (const sequence of wrongSequences) {
    if (path.includes(sequence)) yield invalidValue(field, path, `must not contain '${sequence}'`);
  }
  for (const ending of wrongEndings) {
    if (path.endsWith(ending)) yield invalidValue(field, path, `cannot end with '${ending}'`);
  }
}

function* backendProblems(path: string, { resource, service }: IngressBackend): Problems {
  if (resource !== undefined && service !== undefined) {
    yield invalidValue(path, "", "cannot set both resource and service backends");
  } else if (resource !== undefined) {
    if (resource.kind === "") yield required(`${path}.resource.kind`);
    if (resource.name === "") yield required(`${path}.resource.name`);
  } else if (service !== undefined) yield* serviceProblems(path, service);
  else yield invalidValue(path, "", "resource or service backend is required");
}

function* serviceProblems(
  path: string,
  { name, port }: NonNullable<IngressBackend["service"]>,
): Problems {
  if (name === "") yield required(`${path}.service.name`);
  else yield* invalidFor(`${path}.service.name`, name, dns1123LabelProblems(name));
  const { name: portName = "", number = 0 } = port ?? {};
  if (portName !== "" && number !== 0) {
    yield invalidValue(path, "", "cannot set both port name & port number");
  } else if (portName !== "") {
    yield* invalidFor(`${path}.service.port.name`, portName, portNameProblems(portName));
  } else if (number !== 0) yield* portProblems(`${path}.service.port.number`, number);
  else yield required(path, "port name or number is required");
}

const controllerBytesMax = 250;

export function* ingressClassProblems({ spec = {} }: IngressClass): Problems {
  const { controller = "", parameters } = spec;
  const field = "spec.controller";
  if (controller.length > controllerBytesMax) yield tooLong(field, controllerBytesMax);
  if (controller === "") yield required(field);
  else if (!/^[^/]+\/.+$/.test(controller)) {
    const why = 'must be a domain-prefixed path (such as "acme.io/foo")';
    yield invalidValue(field, controller, why);
  }
  if (parameters) yield* parametersProblems("spec.parameters", parameters);
}

export function* ingressClassChangeProblems(object: IngressClass, current: IngressClass): Problems {
  yield* ingressClassProblems(object);
  yield* fixedProblems("spec.controller", object.spec?.controller, current.spec?.controller);
}

function* parametersProblems(
  path: string,
  parameters: NonNullable<IngressClassSpec["parameters"]>,
): Problems {
  for (const name of ["kind", "name"] as const) {
    const value = parameters[name];
    if (value === "") yield required(`${path}.${name}`);
    else yield* invalidFor(`${path}.${name}`, value, pathSegmentProblems(value));
  }
  const { scope, namespace } = parameters;
  yield* choiceProblems(`${path}.scope`, scope, ["Cluster", "Namespace"]);
  if (scope === "Namespace" && namespace === undefined) {
    yield required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'");
  }
  if (scope === "Cluster" && namespace !== undefined) {
    yield forbiddenField(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'");
  }
}
