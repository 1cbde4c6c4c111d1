/** The OpenAPI version 3 documents: one for each group version, found by the hash of its content. */

import type { ResourceKind } from "../catalog.ts";
import { apiVersionOf } from "../codec/type-meta.ts";
import { utf8Of } from "../codec/scalars.ts";
import { watchEvent } from "../meta/v1/watch-event.ts";
import type { JsonObject } from "../schema/schema.ts";
import {
  consumedTypes,
  documentFacts,
  pathItems,
  pathParameterDocs,
  prettyParameter,
  producedTypes,
  shapesOf,
} from "./document.ts";
import { type Operation, operationsOf, type QueryParameter } from "./operations.ts";
import { definitionsOf, patchName, referenceTo, schemaName } from "./schema.ts";

export interface OpenApiV3Document {
  /** JSON text. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-512 of the bytes, in upper-case hexadecimal: part of the URL, because clients keep the document. */
  readonly hash: string;
}

export interface OpenApiV3 {
  /** The answer to `/openapi/v3`. */
  readonly index: JsonObject;
  /** By the path below `/openapi/v3/`: `api/v1`, `apis/apps/v1`. */
  readonly documents: ReadonlyMap<string, OpenApiV3Document>;
}

/** The documents for a server that serves the resources of `kinds`. */
export async function openApiV3Of(kinds: readonly ResourceKind[]): Promise<OpenApiV3> {
  const documents = new Map<string, OpenApiV3Document>();
  for (const [apiVersion, served] of Map.groupBy(kinds, (kind) => apiVersionOf(kind))) {
    const path = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
    const bytes = new Uint8Array(utf8Of(JSON.stringify(openApiV3DocumentOf(served))));
    documents.set(path, { bytes, hash: await hashOf(bytes) });
  }
  const paths = [...documents].map(([path, { hash }]) => [
    path,
    { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` },
  ]);
  return { index: { paths: Object.fromEntries(paths) }, documents };
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join("");
}

/** The document of one group version. */
export function openApiV3DocumentOf(kinds: readonly ResourceKind[]): JsonObject {
  const operations = kinds.flatMap(operationsOf);
  const roots = [...kinds, ...shapesOf(operations), watchEvent];
  const groupVersions = kinds.slice(0, 1).map(({ package: home }) => home);
  return {
    openapi: "3.0.0",
    info: documentFacts,
    paths: pathItems(operations, describe, sharedParameters),
    components: {
      schemas: Object.fromEntries(definitionsOf(roots, groupVersions, "v3")),
      securitySchemes: {
        BearerToken: {
          type: "apiKey",
          description: "Bearer token of a user or service account",
          name: "authorization",
          in: "header",
        },
      },
    },
  };
}

function describe(operation: Operation): JsonObject {
  const { description, tag, id, queryParameters, action, kind } = operation;
  return {
    tags: [tag],
    description,
    operationId: id,
    parameters: queryParameters.map(queryParameter),
    ...requestBody(operation),
    responses: responsesOf(operation),
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": kind,
  };
}

function queryParameter({ name, description, type }: QueryParameter): JsonObject {
  return { name, in: "query", description, schema: { type, uniqueItems: true } };
}

function requestBody(operation: Operation): JsonObject {
  const { body, method } = operation;
  if (body === undefined) return {};
  const schema = referenceTo(body === "patch" ? patchName : schemaName(body), "v3");
  const content = Object.fromEntries(consumedTypes(operation).map((type) => [type, { schema }]));
  return { requestBody: method === "delete" ? { content } : { content, required: true } };
}

function responsesOf(operation: Operation): JsonObject {
  const content = contentOf(operation);
  const success = operation.statuses.map((status) => [
    status,
    { description: statusTexts[status], content },
  ]);
  return { ...Object.fromEntries(success), "401": { description: "Unauthorized" } };
}

function contentOf(operation: Operation): JsonObject {
  const { response } = operation;
  const schema = response === "text" ? { type: "string" } : referenceTo(schemaName(response), "v3");
  return Object.fromEntries(producedTypes(operation).map((type) => [type, { schema }]));
}

const statusTexts: Readonly<Record<string, string>> = {
  "200": "OK",
  "201": "Created",
  "202": "Accepted",
};

function sharedParameters({ pathParameters }: Operation): JsonObject {
  const inPath = pathParameters.map((name) => ({
    name,
    in: "path",
    description: pathParameterDocs[name],
    required: true,
    schema: { type: "string", uniqueItems: true },
  }));
  return { parameters: [...inPath, queryParameter(prettyParameter)] };
}
