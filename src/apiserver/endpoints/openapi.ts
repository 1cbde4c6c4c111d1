/**
 * The OpenAPI documents. Building them takes a while and most servers are never asked, so that it
 * happens at the first request. Version 3 is one document for each group version, whose URL carries
 * the hash of its content: clients keep it for a year.
 */

import {
  encodeOpenApiV2,
  openApiV2Of,
  type OpenApiV3,
  type OpenApiV3Document,
  openApiV3Of,
  type ResourceKind,
} from "#api";
import type { HttpResponse, ReceivedRequest } from "#base";
import { findHeader, negotiate } from "#http";
import type { PathTarget } from "../request/request-target.ts";
import { bytesResponse } from "../respond/render.ts";
import type { EndpointTable } from "./endpoints.ts";
import { entityTag, isUnmodified, unmodifiedResponse } from "./entity-tag.ts";

const jsonType = "application/json";
const protobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
const v3Root = "/openapi/v3";
const yearSeconds = 365 * 24 * 3600;

interface Document {
  readonly body: Uint8Array;
  readonly tag: string;
}

export function addOpenApi(table: EndpointTable, kinds: readonly ResourceKind[]): void {
  const v2 = once(() => openApiV2Of(kinds));
  const v2Json = once(async () => documentOf(new TextEncoder().encode(JSON.stringify(v2()))));
  const v2Protobuf = once(async () => documentOf(new Uint8Array(encodeOpenApiV2(v2()))));
  table.add("/openapi/v2", async (request) => {
    const mediaType = negotiateV2(request);
    const document = await (mediaType === jsonType ? v2Json() : v2Protobuf());
    return documentResponse(request, document, mediaType);
  });
  const v3 = once(() => openApiV3Of(kinds));
  table.addBelow(v3Root, async (request, target) => v3Response(await v3(), request, target));
}

/** A value that is made when it is first wanted. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

async function documentOf(body: Uint8Array<ArrayBuffer>): Promise<Document> {
  return { body, tag: await entityTag(body) };
}

/** Clients write the protobuf type with an `@`, which no media type may contain; answers never do. */
function negotiateV2(request: ReceivedRequest): string {
  const accept = findHeader(request.headers, "accept")?.replaceAll("spec.v2@v1.0", "spec.v2.v1.0");
  return negotiate(accept, [jsonType, protobufType], () => true).mediaType;
}

function documentResponse(
  request: ReceivedRequest,
  { body, tag }: Document,
  mediaType: string,
): HttpResponse {
  const response = isUnmodified(request, tag)
    ? unmodifiedResponse(tag)
    : bytesResponse(200, mediaType, body);
  return { ...response, headers: { ...response.headers, etag: tag, vary: "Accept" } };
}

function v3Response(
  { index, documents }: OpenApiV3,
  request: ReceivedRequest,
  target: PathTarget,
): HttpResponse {
  const accept = findHeader(request.headers, "accept");
  negotiate(accept, [jsonType], () => true);
  if (target.path === v3Root) {
    return bytesResponse(200, jsonType, new TextEncoder().encode(JSON.stringify(index)));
  }
  const path = target.path.slice(v3Root.length + 1);
  const document = documents.get(path);
  if (document === undefined) {
    return bytesResponse(404, "text/plain", new TextEncoder().encode("404 page not found\n"));
  }
  const hash = target.query.get("hash");
  if (hash !== null && hash !== document.hash) return movedTo(path, document);
  return versionResponse(request, document, hash === null ? "changing" : "fixed");
}

/** A document that has changed since the client read the index. */
function movedTo(path: string, { hash }: OpenApiV3Document): HttpResponse {
  const location = `${v3Root}/${path}?hash=${hash}`;
  return { status: 301, headers: { location }, body: undefined };
}

function versionResponse(
  request: ReceivedRequest,
  { bytes, hash }: OpenApiV3Document,
  life: "changing" | "fixed",
): HttpResponse {
  const response = documentResponse(request, { body: bytes, tag: `"${hash}"` }, jsonType);
  const cacheControl =
    life === "fixed" ? `public, immutable, max-age=${yearSeconds}` : "no-cache, private";
  return { ...response, headers: { ...response.headers, "cache-control": cacheControl } };
}
