/** Which handler answers which request: the table of verbs and subresources. */

import { StatusError } from "#api";
import type { Resource } from "../registry/resource.ts";
import type { Handler } from "../request/request-context.ts";
import type { ResourceTarget } from "../request/request-target.ts";
import { noSuchPath } from "../respond/status-response.ts";
import { createObject } from "./create.ts";
import { deleteObject } from "./delete.ts";
import { deleteCollection } from "./delete-collection.ts";
import { getObject } from "./get.ts";
import { listObjects } from "./list.ts";
import { patchObject, patchStatus } from "./patch.ts";
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

const statusVerbs: VerbTable = { get: getObject, update: updateStatus, patch: patchStatus };

/** Subresources that behave the same wherever they are. */
const subresources: Readonly<Record<string, VerbTable>> = { status: statusVerbs };

/** Throws NotFound for what is not served and MethodNotAllowed for verbs that are not. */
export function findHandler(target: ResourceTarget, resource: Resource | undefined): Handler {
  if (resource === undefined) throw noSuchPath();
  const { subresource, verb } = target;
  const facts = resource.kind.resource;
  const served = subresource === "" ? facts : facts?.subresources?.[subresource];
  if (served === undefined) throw noSuchPath();
  const table = subresource === "" ? objectVerbs : subresources[subresource];
  const handler = table !== undefined && Object.hasOwn(table, verb) ? table[verb] : undefined;
  if (handler === undefined || !served.verbs.includes(verb)) {
    throw new StatusError(
      "MethodNotAllowed",
      "the server does not allow this method on the requested resource",
      { details: {} },
    );
  }
  return handler;
}
