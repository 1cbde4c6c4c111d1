/** The OpenAPI version 2 document: all that is served, in one. */

import type { ResourceKind } from "../catalog.ts";
import * as discovery from "../meta/v1/discovery.ts";
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
import { type Operation, operationsOf } from "./operations.ts";
import { definitionsOf, patchName, referenceTo, schemaName } from "./schema.ts";

/** The document for a server that serves the resources of `kinds`. */
export function openApiV2Of(kinds: readonly ResourceKind[]): JsonObject {
  const operations = kinds.flatMap(operationsOf);
  const groupVersions = [
    ...new Map(kinds.map(({ package: home }) => [`${home.group}/${home.version}`, home])).values(),
  ];
  const roots = [
    ...kinds,
    ...shapesOf(operations),
    watchEvent,
    discovery.apiGroup,
    discovery.apiGroupList,
    discovery.apiResourceList,
    discovery.apiVersions,
  ];
  return {
    swagger: "2.0",
    info: documentFacts,
    paths: pathItems(operations, describe, sharedParameters),
    definitions: Object.fromEntries(definitionsOf(roots, groupVersions, "v2")),
    securityDefinitions: {
      BearerToken: {
        description: "Bearer token of a user or service account",
        type: "apiKey",
        name: "authorization",
        in: "header",
      },
    },
    security: [{ BearerToken: [] }],
  };
}

function describe(operation: Operation): JsonObject {
  const { description, tag, id, queryParameters, action, kind } = operation;
  const parameters = queryParameters.map((parameter) => ({
    ...parameter,
    in: "query",
    uniqueItems: true,
  }));
  return {
    description,
    consumes: consumedTypes(operation),
    produces: producedTypes(operation),
    schemes: ["https"],
    tags: [tag],
    operationId: id,
    parameters: [...bodyParameters(operation), ...parameters],
    responses: responsesOf(operation),
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": kind,
  };
}

function bodyParameters({ body, method }: Operation): readonly JsonObject[] {
  if (body === undefined) return [];
  const name = body === "patch" ? patchName : schemaName(body);
  const isOptional = method === "delete";
  return [
    {
      name: "body",
      in: "body",
      ...(isOptional ? {} : { required: true }),
      schema: referenceTo(name, "v2"),
    },
  ];
}

function responsesOf({ response, statuses }: Operation): JsonObject {
  const schema = response === "text" ? { type: "string" } : referenceTo(schemaName(response), "v2");
  const success = statuses.map((status) => [status, { description: statusTexts[status], schema }]);
  return { ...Object.fromEntries(success), "401": { description: "Unauthorized" } };
}

const statusTexts: Readonly<Record<string, string>> = {
  "200": "OK",
  "201": "Created",
  "202": "Accepted",
};

function sharedParameters({ pathParameters }: Operation): JsonObject {
  const inPath = pathParameters.map((name) => ({
    name,
    description: pathParameterDocs[name],
    in: "path",
    required: true,
    type: "string",
    uniqueItems: true,
  }));
  return { parameters: [...inPath, { ...prettyParameter, in: "query", uniqueItems: true }] };
}
