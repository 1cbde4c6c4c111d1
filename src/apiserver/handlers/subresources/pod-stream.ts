/**
 * `pods/{name}/exec`, `attach` and `portforward`: two-way streams, spliced to the node's agent, which
 * speaks their protocols.
 */

import { badRequest, findKind, type JsonObject } from "#api";
import type { Pod } from "#api/core/v1";
import type { Headers, ReceivedRequest, UpgradeResult } from "#base";
import { validateAll } from "../../admission.ts";
import type { RequestContext, ServerParts, UpgradeHandler } from "../../request/request-context.ts";
import { admissionRequest } from "../admission-request.ts";
import { containerOf, getPod } from "./pod-container.ts";
import { reached } from "./pod-log.ts";

/** Builds path and query at the agent for what a client asked of a pod. */
type AgentTarget = (object: Pod, query: URLSearchParams) => string;

export const execInPod: UpgradeHandler = streamTo("PodExecOptions", (object, query) => {
  const toAgent = streamQuery(query);
  for (const word of query.getAll("command")) toAgent.append("command", word);
  const container = containerOf(object, query.get("container") ?? "");
  return `/exec/${pathOf(object)}/${container}?${toAgent}`;
});

export const attachToPod: UpgradeHandler = streamTo("PodAttachOptions", (object, query) => {
  const container = containerOf(object, query.get("container") ?? "");
  return `/attach/${pathOf(object)}/${container}?${streamQuery(query)}`;
});

export const forwardPorts: UpgradeHandler = streamTo("PodPortForwardOptions", (object, query) => {
  const toAgent = new URLSearchParams();
  for (const ports of query.getAll("ports")) {
    for (const port of ports.split(",")) toAgent.append("port", port);
  }
  return `/portForward/${pathOf(object)}?${toAgent}`;
});

function streamTo(optionsKind: string, agentTarget: AgentTarget): UpgradeHandler {
  return async (parts, context) => {
    const { target, request, signal } = context;
    const object = await getPod(parts, target);
    await admitConnection(parts, context, optionsKind);
    const { nodeName = "" } = object.spec ?? {};
    const { name = "" } = object.metadata ?? {};
    if (nodeName === "") throw badRequest(`pod ${name} does not have a host assigned`);
    const at = agentTarget(object, target.query);
    return forwardUpgrade(parts, nodeName, { ...request, target: at }, signal);
  };
}

async function forwardUpgrade(
  { nodes }: ServerParts,
  nodeName: string,
  request: ReceivedRequest,
  signal: AbortSignal,
): Promise<UpgradeResult> {
  const transport = await reached(() => nodes.connectNode(nodeName, signal));
  const { method, target, body } = request;
  const headers = withoutCredentials(request.headers);
  return reached(() => transport.upgrade({ method, target, headers, body }, signal));
}

/** Plugins see what is to be done in the pod, as an object of the kind that upstream has for it. */
async function admitConnection(
  parts: ServerParts,
  context: RequestContext,
  optionsKind: string,
): Promise<void> {
  const { resource, target, signal } = context;
  const key = { namespace: target.namespace, name: target.name };
  const kind = findKind("v1", optionsKind) ?? resource.kind;
  const object = optionsObject(optionsKind, target.query);
  const facts = { operation: "CONNECT", key, object, oldObject: undefined, kind } as const;
  const asked = admissionRequest(context, { ...facts, dryRun: "none" });
  await validateAll(parts.admission, asked, signal);
}

function optionsObject(kind: string, query: URLSearchParams): JsonObject {
  const isOn = (name: string) => isTrue(query, name);
  return {
    kind,
    apiVersion: "v1",
    stdin: isOn("stdin"),
    stdout: isOn("stdout"),
    stderr: isOn("stderr"),
    tty: isOn("tty"),
    container: query.get("container") ?? "",
    command: query.getAll("command"),
  };
}

/** Agents call the streams otherwise than clients do. */
function streamQuery(query: URLSearchParams): URLSearchParams {
  const toAgent = new URLSearchParams();
  if (isTrue(query, "stdin")) toAgent.set("input", "1");
  if (isTrue(query, "stdout")) toAgent.set("output", "1");
  // With a terminal both outputs are one.
  if (isTrue(query, "stderr") && !isTrue(query, "tty")) toAgent.set("error", "1");
  if (isTrue(query, "tty")) toAgent.set("tty", "1");
  return toAgent;
}

function isTrue(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value === "true" || value === "1";
}

function pathOf({ metadata }: Pod): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

const credentialHeaders = new Set(["authorization", "cookie", "host"]);

/** What the client showed us is not for those behind us. */
export function withoutCredentials(headers: Headers): Headers {
  const kept = Object.entries(headers).filter(
    ([name]) => !credentialHeaders.has(name) && !name.startsWith("impersonate-"),
  );
  return Object.fromEntries(kept);
}
