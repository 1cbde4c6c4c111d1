/**
 * The client of who applies objects as they are written: they are JSON of kinds that need not be
 * declared here, so that it works on any Kubernetes and loads no declarations.
 */
import type { HttpTransport } from "#base";
import { hasReason, type JsonObject, type JsonValue, type ObjectKey } from "#api";
import type { DeleteOptions } from "./client.ts";
import { decodeListPage } from "./decode.ts";
import { type ExchangeRequest, exchangeJson, exchangeText } from "./http-exchange.ts";
import { collectionPath, type KindAddress, objectPath, withQuery } from "./request-path.ts";

export interface ObjectClient {
  /** Undefined when absent. */
  find(kind: KindAddress, key: ObjectKey, signal: AbortSignal): Promise<JsonObject | undefined>;
  /** All objects that fit; the client follows continue tokens itself. */
  list(
    kind: KindAddress,
    options: ObjectListOptions,
    signal: AbortSignal,
  ): Promise<readonly JsonObject[]>;
  /** Server-side apply with strict validation. Gives the object as it then is. */
  apply(
    kind: KindAddress,
    object: JsonObject,
    options: ObjectApplyOptions,
    signal: AbortSignal,
  ): Promise<JsonObject>;
  delete(
    kind: KindAddress,
    key: ObjectKey,
    options: DeleteOptions,
    signal: AbortSignal,
  ): Promise<void>;
  /** A subresource that is text: the log of a pod. */
  readText(
    kind: KindAddress,
    key: ObjectKey,
    subresource: Subresource,
    signal: AbortSignal,
  ): Promise<string>;
}

export interface ObjectListOptions {
  /** Absent means all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ObjectApplyOptions {
  readonly fieldManager: string;
  /** Take over fields that others own. */
  readonly force: boolean;
  /** Let the server do all but store it. */
  readonly dryRun: boolean;
}

interface Subresource {
  readonly name: string;
  readonly query: Readonly<Record<string, string | number | boolean | undefined>>;
}

const pageSize = 500;

/** A client of the API server behind `transport`. */
export function createObjectClient(transport: HttpTransport): ObjectClient {
  const send = async (request: ExchangeRequest, signal: AbortSignal): Promise<JsonObject> =>
    asObject(await exchangeJson(transport, request, signal));
  return {
    find: (kind, key, signal) =>
      unlessAbsent(() => send({ method: "GET", target: objectPath(kind, key) }, signal)),
    list: (kind, options, signal) => listAll(transport, kind, options, signal),
    apply(kind, object, { fieldManager, force, dryRun }, signal) {
      const target = withQuery(objectPath(kind, keyOf(object)), {
        fieldManager,
        force,
        fieldValidation: "Strict",
        dryRun: dryRun ? "All" : undefined,
      });
      const contentType = "application/apply-patch+yaml";
      return send({ method: "PATCH", target, body: object, contentType }, signal);
    },
    async delete(kind, key, options, signal) {
      const body = { kind: "DeleteOptions", apiVersion: "v1", ...options };
      await send({ method: "DELETE", target: objectPath(kind, key), body }, signal);
    },
    readText(kind, key, { name, query }, signal) {
      const target = withQuery(objectPath(kind, key, name), query);
      return exchangeText(transport, { method: "GET", target }, signal);
    },
  };
}

async function listAll(
  transport: HttpTransport,
  kind: KindAddress,
  { namespace = "", labelSelector, fieldSelector }: ObjectListOptions,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const { group, version } = kind.package;
  const typeMeta = {
    apiVersion: group === "" ? version : `${group}/${version}`,
    kind: kind.kind,
  };
  const items: JsonObject[] = [];
  let token: string | undefined;
  while (true) {
    const query = { labelSelector, fieldSelector, limit: pageSize, continue: token };
    const target = withQuery(collectionPath(kind, namespace), query);
    const page = decodeListPage<JsonObject>(
      await exchangeJson(transport, { method: "GET", target }, signal),
    );
    for (const item of page.items) items.push({ ...typeMeta, ...item });
    token = page.metadata.continue;
    if (token === undefined || token === "") return items;
  }
}

async function unlessAbsent<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (hasReason(error, "NotFound")) return undefined;
    throw error;
  }
}

function keyOf(object: JsonObject): ObjectKey {
  const { name, namespace } = asObject(object["metadata"]);
  return {
    name: typeof name === "string" ? name : "",
    namespace: typeof namespace === "string" ? namespace : "",
  };
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
