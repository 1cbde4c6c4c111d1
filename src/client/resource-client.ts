import type { HttpTransport } from "#base";
import type {
  AnyKind,
  Fields,
  JsonObject,
  JsonValue,
  KindSchema,
  Live,
  ObjectKey,
  TypeOf,
} from "#api";
import { hasReason } from "#api";
import type {
  ApplyOptions,
  Client,
  DeleteOptions,
  ListOptions,
  ObjectList,
  Patch,
  ResourceClient,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "./client.ts";
import {
  decodeListPage,
  decodeLive,
  decodeStatus,
  decodeWatchFrame,
  identified,
  type Identified,
  withTypeMeta,
} from "./decode.ts";
import {
  type ExchangeRequest,
  exchangeJson,
  openExchange,
  statusErrorOf,
} from "./http-exchange.ts";
import { decodeJsonLines } from "./json-lines.ts";
import { keyOfObject } from "./object-cache.ts";
import { collectionPath, objectPath, withQuery } from "./request-path.ts";

const pageSizeDefault = 500;

const patchContentTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

/** A client of the API server behind `transport`. */
export function createClient(transport: HttpTransport): Client {
  return {
    of<F extends Fields>(kind: KindSchema<F>): ResourceClient<TypeOf<KindSchema<F>>> {
      return createResourceClient<TypeOf<KindSchema<F>>>(transport, kind);
    },
    exchange: (request, signal) => exchangeJson(transport, request, signal),
  };
}

function createResourceClient<T>(transport: HttpTransport, kind: AnyKind): ResourceClient<T> {
  const send = async (
    method: "GET" | "POST" | "PUT" | "DELETE",
    target: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Live<T>> =>
    decodeLive<T>(await exchangeJson(transport, { method, target, body }, signal));

  const sendPatch = async (target: string, patch: Patch, signal: AbortSignal): Promise<Live<T>> =>
    decodeLive<T>(
      await exchangeJson(
        transport,
        { method: "PATCH", target, body: patch.body, contentType: patchContentTypes[patch.type] },
        signal,
      ),
    );

  const get = (key: ObjectKey, signal: AbortSignal): Promise<Live<T>> =>
    send("GET", objectPath(kind, key), undefined, signal);

  return {
    get,
    async find(key, signal) {
      try {
        return await get(key, signal);
      } catch (error) {
        if (hasReason(error, "NotFound")) return undefined;
        throw error;
      }
    },
    list: (options, signal) => listPages<T>(transport, kind, options, signal),
    watch: (options, signal) => watchEvents<T>(transport, kind, options, signal),
    create(object, options, signal) {
      const path = collectionPath(kind, keyOf(object).namespace);
      return send("POST", withQuery(path, writeQuery(options)), withTypeMeta(kind, object), signal);
    },
    update(object, options, signal) {
      const path = objectPath(kind, keyOf(object));
      return send("PUT", withQuery(path, writeQuery(options)), withTypeMeta(kind, object), signal);
    },
    updateStatus(object, options, signal) {
      const path = objectPath(kind, keyOf(object), "status");
      return send("PUT", withQuery(path, writeQuery(options)), withTypeMeta(kind, object), signal);
    },
    patch: (key, patch, options, signal) =>
      sendPatch(withQuery(objectPath(kind, key), writeQuery(options)), patch, signal),
    patchStatus: (key, patch, options, signal) =>
      sendPatch(withQuery(objectPath(kind, key, "status"), writeQuery(options)), patch, signal),
    async apply(object, options, signal) {
      const target = withQuery(objectPath(kind, keyOf(object)), applyQuery(options));
      const body = withTypeMeta(kind, object);
      const contentType = "application/apply-patch+yaml";
      return decodeLive<T>(
        await exchangeJson(transport, { method: "PATCH", target, body, contentType }, signal),
      );
    },
    async delete(key, options, signal) {
      await send("DELETE", objectPath(kind, key), deleteBody(options), signal);
    },
    replaceSubresource: (key, subresource, body, signal) =>
      exchangeJson(transport, subresourceRequest("PUT", kind, key, { subresource, body }), signal),
    createSubresource: (key, subresource, body, signal) =>
      exchangeJson(transport, subresourceRequest("POST", kind, key, { subresource, body }), signal),
  };
}

function subresourceRequest(
  method: "PUT" | "POST",
  kind: AnyKind,
  key: ObjectKey,
  { subresource, body }: { readonly subresource: string; readonly body: JsonObject },
): ExchangeRequest {
  return { method, target: objectPath(kind, key, subresource), body };
}

async function listPages<T>(
  transport: HttpTransport,
  kind: AnyKind,
  options: ListOptions,
  signal: AbortSignal,
): Promise<ObjectList<T>> {
  const items: Live<T>[] = [];
  let continueToken: string | undefined;
  while (true) {
    const target = withQuery(collectionPath(kind, options.namespace ?? ""), {
      ...selectorQuery(options),
      limit: options.limit ?? pageSizeDefault,
      continue: continueToken,
      resourceVersion: continueToken === undefined ? options.resourceVersion : undefined,
    });
    const page = decodeListPage<T>(
      await exchangeJson(transport, { method: "GET", target }, signal),
    );
    items.push(...page.items.map((item) => withTypeMeta(kind, item)));
    continueToken = page.metadata.continue;
    if (continueToken === undefined || continueToken === "") {
      return { items, resourceVersion: page.metadata.resourceVersion };
    }
  }
}

async function* watchEvents<T>(
  transport: HttpTransport,
  kind: AnyKind,
  options: WatchOptions,
  signal: AbortSignal,
): AsyncIterable<WatchEvent<T>> {
  const initial = options.sendInitialEvents === true;
  const target = withQuery(collectionPath(kind, options.namespace ?? ""), {
    watch: true,
    allowWatchBookmarks: true,
    ...selectorQuery(options),
    resourceVersion: options.resourceVersion,
    sendInitialEvents: initial ? true : undefined,
    resourceVersionMatch: initial ? "NotOlderThan" : undefined,
  });
  const response = await openExchange(transport, { method: "GET", target }, signal);
  for await (const line of decodeJsonLines(response.body)) {
    yield watchEventOf<T>(line);
  }
}

const initialEventsEndAnnotation = "k8s.io/initial-events-end";

/** Decodes one line of a watch; an ERROR event becomes the refusal that it carries. */
function watchEventOf<T>(line: JsonValue): WatchEvent<T> {
  const frame = decodeWatchFrame(line);
  switch (frame.type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      return { type: frame.type, object: decodeLive<T>(frame.object) };
    case "BOOKMARK": {
      const { metadata } = decodeLive<Identified>(frame.object);
      return {
        type: "BOOKMARK",
        resourceVersion: metadata.resourceVersion,
        initialEventsEnd: metadata.annotations?.[initialEventsEndAnnotation] === "true",
      };
    }
    case "ERROR":
      throw statusErrorOf(decodeStatus(frame.object));
    default:
      throw new Error(`unknown watch event type ${JSON.stringify(frame.type)}`);
  }
}

function selectorQuery(options: ListOptions) {
  return { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector };
}

function writeQuery(options: WriteOptions) {
  return {
    fieldManager: options.fieldManager,
    dryRun: options.dryRun === true ? "All" : undefined,
  };
}

function applyQuery(options: ApplyOptions) {
  return { fieldManager: options.fieldManager, force: options.force === true ? true : undefined };
}

function deleteBody(options: DeleteOptions): JsonObject {
  return {
    kind: "DeleteOptions",
    apiVersion: "v1",
    gracePeriodSeconds: options.gracePeriodSeconds,
    propagationPolicy: options.propagationPolicy,
    preconditions: options.preconditions === undefined ? undefined : { ...options.preconditions },
  };
}

function keyOf(object: unknown): ObjectKey {
  return keyOfObject(identified(object));
}
