import { portNameProblems } from "#api";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "#api/networking/v1";
import { labelSelectorProblems } from "../labels.ts";
import { portProblems } from "../numbers.ts";
import { addressBlockProblems, isStrictlyWithin } from "../paths.ts";
import {
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  type Problems,
  required,
} from "../problems.ts";

const directions = ["Ingress", "Egress"];
const policedProtocols = ["TCP", "UDP", "SCTP"];

export function* networkPolicyProblems({ spec }: NetworkPolicy): Problems {
  if (spec === undefined) return;
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = spec;
  yield* labelSelectorProblems("spec.podSelector", podSelector);
  for (const [index, { ports = [], from = [] }] of ingress.entries()) {
    yield* portsProblems(`spec.ingress[${index}].ports`, ports);
    yield* peersProblems(`spec.ingress[${index}].from`, from);
  }
  for (const [index, { ports = [], to = [] }] of egress.entries()) {
    yield* portsProblems(`spec.egress[${index}].ports`, ports);
    yield* peersProblems(`spec.egress[${index}].to`, to);
  }
  if (policyTypes.length > directions.length) {
    const why = "may not specify more than two policyTypes";
    return yield invalidValue("spec.policyTypes", policyTypes, why);
  }
  for (const [index, type] of policyTypes.entries()) {
    if (!directions.includes(type)) {
      yield notSupported(`spec.policyTypes[${index}]`, type, directions);
    }
  }
}

function* portsProblems(path: string, ports: readonly NetworkPolicyPort[]): Problems {
  for (const [index, { protocol, port, endPort }] of ports.entries()) {
    const at = `${path}[${index}]`;
    if (protocol !== undefined && !policedProtocols.includes(protocol)) {
      yield notSupported(`${at}.protocol`, protocol, policedProtocols);
    }
    if (typeof port === "number") {
      yield* portProblems(`${at}.port`, port);
      if (endPort === undefined) continue;
      if (endPort < port) {
        const why = "must be greater than or equal to `port`";
        yield invalidValue(`${at}.endPort`, port, why);
      }
      yield* portProblems(`${at}.endPort`, endPort);
      continue;
    }
    if (endPort !== undefined) {
      const state = port === undefined ? "not specified" : "non-numeric";
      const why = `may not be specified when \`port\` is ${state}`;
      yield invalidValue(`${at}.endPort`, endPort, why);
    }
    if (port !== undefined) yield* invalidFor(`${at}.port`, port, portNameProblems(port));
  }
}

function* peersProblems(path: string, peers: readonly NetworkPolicyPeer[]): Problems {
  for (const [index, { podSelector, namespaceSelector, ipBlock }] of peers.entries()) {
    const at = `${path}[${index}]`;
    yield* labelSelectorProblems(`${at}.podSelector`, podSelector);
    yield* labelSelectorProblems(`${at}.namespaceSelector`, namespaceSelector);
    const selects = podSelector !== undefined || namespaceSelector !== undefined;
    if (ipBlock === undefined) {
      if (!selects) yield required(at, "must specify a peer");
      continue;
    }
    yield* blockProblems(`${at}.ipBlock`, ipBlock);
    if (selects) yield forbiddenField(at, "may not specify both ipBlock and another peer");
  }
}

function* blockProblems(
  path: string,
  { cidr, except = [] }: NonNullable<NetworkPolicyPeer["ipBlock"]>,
): Problems {
  if (cidr === "") return yield required(`${path}.cidr`);
  yield* addressBlockProblems(`${path}.cidr`, cidr);
  for (const [index, block] of except.entries()) {
    const field = `${path}.except[${index}]`;
    yield* addressBlockProblems(field, block);
    if (!isStrictlyWithin(block, cidr)) {
      yield invalidValue(field, block, "must be a strict subset of `cidr`");
    }
  }
}
