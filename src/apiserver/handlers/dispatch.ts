/** Which handler answers which request: the table of verbs and subresources. */

import { badRequest, StatusError } from "#api";
import type { Resource } from "../registry/resource.ts";
import type { Handler, UpgradeHandler } from "../request/request-context.ts";
import type { ResourceTarget } from "../request/request-target.ts";
import { methodNotAllowed, noSuchPath } from "../respond/status-response.ts";
import { createObject } from "./create.ts";
import { deleteObject } from "./delete.ts";
import { deleteCollection } from "./delete-collection.ts";
import { getObject } from "./get.ts";
import { listObjects } from "./list.ts";
import { patchObject, patchStatus } from "./patch.ts";
import { answerReview } from "./review.ts";
import { bindPod } from "./subresources/binding.ts";
import { evictPod } from "./subresources/eviction.ts";
import { approval, ephemeralContainers, finalize, resize } from "./subresources/part.ts";
import { getLog } from "./subresources/pod-log.ts";
import { attachToPod, execInPod, forwardPorts } from "./subresources/pod-stream.ts";
import { proxyRequest, proxyUpgrade } from "./subresources/proxy.ts";
import { getScale, patchScale, updateScale } from "./subresources/scale.ts";
import { createToken } from "./subresources/token.ts";
import { updateObject, updateStatus } from "./update.ts";
import { watchObjects } from "./watch.ts";

type VerbTable = Readonly<Record<string, Handler>>;

const objectVerbs: VerbTable = {
  get: getObject,
  list: listObjects,
  watch: watchObjects,
  create: createObject,
  update: updateObject,
  patch: patchObject,
  delete: deleteObject,
  deletecollection: deleteCollection,
};

const proxyVerbs: VerbTable = {
  get: proxyRequest,
  create: proxyRequest,
  update: proxyRequest,
  patch: proxyRequest,
  delete: proxyRequest,
};

/** A stream without an upgrade is a mistake of the client. */
const streamVerbs: VerbTable = { get: needsUpgrade, create: needsUpgrade };

/** Subresources mean the same wherever they are. */
const subresourceVerbs: Readonly<Record<string, VerbTable>> = {
  approval,
  attach: streamVerbs,
  binding: { create: bindPod },
  ephemeralcontainers: ephemeralContainers,
  eviction: { create: evictPod },
  exec: streamVerbs,
  finalize,
  log: { get: getLog },
  portforward: streamVerbs,
  proxy: proxyVerbs,
  resize,
  scale: { get: getScale, update: updateScale, patch: patchScale },
  status: { get: getObject, update: updateStatus, patch: patchStatus },
  token: { create: createToken },
};

const subresourceUpgrades: Readonly<Record<string, UpgradeHandler>> = {
  attach: attachToPod,
  exec: execInPod,
  portforward: forwardPorts,
  proxy: proxyUpgrade,
};

/** Resources that are no objects: what is created there is an act or a question. */
const acts: Readonly<Record<string, VerbTable>> = { "/bindings": { create: bindPod } };

/** Groups whose resources are questions only. */
const reviewGroups: ReadonlySet<string> = new Set([
  "authentication.k8s.io",
  "authorization.k8s.io",
]);

/** Groups that are worked out on request, which some servers have nobody for. */
const computedGroups: ReadonlySet<string> = new Set(["explain.wherry", "metrics.k8s.io"]);

/** Throws NotFound for what is not served and MethodNotAllowed for verbs that are not. */
export function findHandler(target: ResourceTarget, resource: Resource | undefined): Handler {
  checkScope(target, resource);
  const { verb } = target;
  const isServed = servedVerbs(target, resource).includes(verb);
  const table = verbsOf(target, resource);
  const handler = isServed && Object.hasOwn(table, verb) ? table[verb] : undefined;
  if (handler === undefined) throw methodNotAllowed();
  return handler;
}

/** Objects of namespaces are only listed and watched across them; others are in no namespace. */
function checkScope(target: ResourceTarget, resource: Resource | undefined): void {
  if (resource === undefined) throw noSuchPath();
  const { namespace, name, verb } = target;
  if (resource.namespaced) {
    const isAcross = verb === "list" || verb === "watch";
    if (namespace === "" && !isAcross) throw name === "" ? methodNotAllowed() : noSuchPath();
    return;
  }
  if (namespace !== "" && resource.name !== "namespaces") throw noSuchPath();
}

/** Undefined when the target is not about streams. */
export function findUpgradeHandler(target: ResourceTarget): UpgradeHandler | undefined {
  const { subresource } = target;
  return Object.hasOwn(subresourceUpgrades, subresource)
    ? subresourceUpgrades[subresource]
    : undefined;
}

/** Watches and streams last as long as their clients; nothing else does. */
export function isLongRunning({ verb, subresource }: ResourceTarget): boolean {
  return (
    verb === "watch" || subresource === "log" || Object.hasOwn(subresourceUpgrades, subresource)
  );
}

function verbsOf(target: ResourceTarget, resource: Resource | undefined): VerbTable {
  if (resource === undefined) throw noSuchPath();
  const { subresource } = target;
  if (subresource !== "") return subresourceVerbs[subresource] ?? {};
  if (reviewGroups.has(resource.group)) return { create: answerReview };
  if (computedGroups.has(resource.group)) return { get: nobodyAnswers, list: nobodyAnswers };
  return acts[`${resource.group}/${resource.name}`] ?? objectVerbs;
}

function servedVerbs(target: ResourceTarget, resource: Resource | undefined): readonly string[] {
  const facts = resource?.kind.resource;
  const { subresource } = target;
  if (subresource === "") return facts?.verbs ?? [];
  const served = facts?.subresources;
  if (served === undefined || !Object.hasOwn(served, subresource)) throw noSuchPath();
  return served[subresource]?.verbs ?? [];
}

async function nobodyAnswers(): Promise<never> {
  const message = "the server is currently unable to handle the request";
  throw new StatusError("ServiceUnavailable", message, { details: {} });
}

async function needsUpgrade(): Promise<never> {
  throw badRequest("Upgrade request required");
}
