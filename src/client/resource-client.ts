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
import type { ObjectMeta, Status } from "#api/meta/v1";
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
import { exchangeJson, openExchange, statusErrorOf } from "./http-exchange.ts";
import { decodeJsonLines } from "./json-lines.ts";
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
  };
}

/** What every object has that the client itself looks at. */
interface Identified {
  readonly metadata?: ObjectMeta | undefined;
}

function createResourceClient<T>(transport: HttpTransport, kind: AnyKind): ResourceClient<T> {
  const send = async (
    method: "GET" | "POST" | "PUT" | "DELETE",
    target: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Live<T>> =>
    liveObject<T>(await exchangeJson(transport, { method, target, body }, signal));

  const sendPatch = async (target: string, patch: Patch, signal: AbortSignal): Promise<Live<T>> =>
    liveObject<T>(
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
      return send("POST", withQuery(path, writeQuery(options)), typed(kind, object), signal);
    },
    update(object, options, signal) {
      const path = objectPath(kind, keyOf(object));
      return send("PUT", withQuery(path, writeQuery(options)), typed(kind, object), signal);
    },
    updateStatus(object, options, signal) {
      const path = objectPath(kind, keyOf(object), "status");
      return send("PUT", withQuery(path, writeQuery(options)), typed(kind, object), signal);
    },
    patch: (key, patch, options, signal) =>
      sendPatch(withQuery(objectPath(kind, key), writeQuery(options)), patch, signal),
    patchStatus: (key, patch, options, signal) =>
      sendPatch(withQuery(objectPath(kind, key, "status"), writeQuery(options)), patch, signal),
    async apply(object, options, signal) {
      const target = withQuery(objectPath(kind, keyOf(object)), applyQuery(options));
      const body = typed(kind, object);
      const contentType = "application/apply-patch+yaml";
      return liveObject<T>(
        await exchangeJson(transport, { method: "PATCH", target, body, contentType }, signal),
      );
    },
    async delete(key, options, signal) {
      await send("DELETE", objectPath(kind, key), deleteBody(options), signal);
    },
    createSubresource: (key, subresource, body, signal) =>
      exchangeJson(
        transport,
        { method: "POST", target: objectPath(kind, key, subresource), body },
        signal,
      ),
  };
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
    const page = listPage<T>(await exchangeJson(transport, { method: "GET", target }, signal));
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
  const frame = line as unknown as { readonly type: string; readonly object: JsonObject };
  switch (frame.type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      return { type: frame.type, object: liveObject<T>(frame.object) };
    case "BOOKMARK": {
      const { metadata } = liveObject<Identified>(frame.object);
      return {
        type: "BOOKMARK",
        resourceVersion: metadata.resourceVersion,
        initialEventsEnd: metadata.annotations?.[initialEventsEndAnnotation] === "true",
      };
    }
    case "ERROR":
      throw statusErrorOf(frame.object as Status);
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
  const { metadata } = object as Identified;
  return { namespace: metadata?.namespace ?? "", name: metadata?.name ?? "" };
}

function apiVersionOf(kind: AnyKind): string {
  const { group, version } = kind.package;
  return group === "" ? version : `${group}/${version}`;
}

/** Bodies must say what they are; objects in memory often do not. */
function typed(kind: AnyKind, object: unknown): object {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, ...(object as object) };
}

function withTypeMeta<T>(kind: AnyKind, item: Live<T>): Live<T> {
  return { ...item, apiVersion: apiVersionOf(kind), kind: kind.kind };
}

/** The server's answers are trusted to have the shape that their kind declares. */
function liveObject<T>(answer: JsonValue): Live<T> {
  return answer as unknown as Live<T>;
}

interface ListPage<T> {
  readonly items: readonly Live<T>[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

function listPage<T>(answer: JsonValue): ListPage<T> {
  return answer as unknown as ListPage<T>;
}
