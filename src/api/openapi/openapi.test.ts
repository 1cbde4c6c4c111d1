import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtobufReader } from "#base";
import { allKinds, allStructs, servedKinds } from "../catalog.ts";
import { isJsonList, isJsonObject, listAt, membersOf, objectAt, textAt } from "../json-value.ts";
import { listKindOf } from "../list-kind.ts";
import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { oracleSkip, readOracleJson } from "../testing/oracles.ts";
import { openApiV2Of } from "./document-v2.ts";
import { openApiV3DocumentOf, openApiV3Of } from "./document-v3.ts";
import { encodeOpenApiV2 } from "./gnostic.ts";
import { definitionsOf } from "./schema.ts";

const v2 = openApiV2Of(servedKinds);

/** The facts of one upstream field, as the oracle notes them. */
interface FieldFacts {
  readonly type: JsonValue;
  readonly required?: boolean;
  readonly listType?: string;
  readonly listMapKeys?: readonly string[];
  readonly mapType?: string;
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
}

interface TypeFacts {
  readonly openapi: string;
  readonly fields?: Readonly<Record<string, FieldFacts & { readonly proto?: number }>>;
  readonly gvk?: JsonValue;
  readonly mapType?: string;
  readonly unions?: JsonValue;
}

test("every type has the fields and the merge rules that upstream has", {
  skip: oracleSkip,
}, () => {
  const { types } = readOracleJson("api-types.json") as {
    readonly types: Readonly<Record<string, TypeFacts>>;
  };
  const lists = allKinds.filter(({ resource }) => resource !== undefined).map(listKindOf);
  const definitions = definitionsOf([...allStructs, ...lists], [], "v2");
  const packages = new Set(allStructs.map(({ package: home }) => home.openApi));
  const shortNames = new Map(Object.entries(types).map(([name, { openapi }]) => [openapi, name]));
  let compared = 0;
  for (const [name, expected] of Object.entries(types)) {
    const home = expected.openapi.slice(0, expected.openapi.lastIndexOf("."));
    if (!packages.has(home)) continue;
    const definition = definitions.get(expected.openapi);
    assert.ok(definition !== undefined, `${name} is not declared`);
    assert.deepEqual(factsOf(definition, shortNames), expectedFacts(expected), name);
    compared++;
  }
  assert.ok(compared > 570, `${compared} types`);
});

function expectedFacts({ fields = {}, gvk, mapType, unions }: TypeFacts) {
  return {
    // Kinds of every group version are published per document.
    gvk: isJsonList(gvk) ? gvk : undefined,
    mapType,
    unions,
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, { proto: _, listType, ...facts }]) => {
        // Upstream calls one field of bytes an atomic list, which nothing looks at.
        const isList = listType !== undefined && facts.type !== "bytes";
        return [name, isList ? { ...facts, listType } : facts];
      }),
    ),
  };
}

function factsOf(definition: JsonObject, shortNames: ReadonlyMap<string, string>) {
  const required = listAt(definition, "required");
  const kinds = listAt(definition, "x-kubernetes-group-version-kind").map((each) => [
    textAt(each, "group"),
    textAt(each, "version"),
    textAt(each, "kind"),
  ]);
  const fields = membersOf(objectAt(definition, "properties")).map(([name, property]) => [
    name,
    defined({
      type: typeOf(property, shortNames),
      required: required.includes(name) || undefined,
      listType: extension(property, "list-type"),
      listMapKeys: extension(property, "list-map-keys"),
      mapType: extension(property, "map-type"),
      patchStrategy: extension(property, "patch-strategy"),
      patchMergeKey: extension(property, "patch-merge-key"),
    }),
  ]);
  return {
    gvk: kinds.length === 0 ? undefined : kinds,
    mapType: extension(definition, "map-type"),
    unions: extension(definition, "unions"),
    fields: Object.fromEntries(fields),
  };
}

function extension(schema: JsonValue, name: string): JsonValue | undefined {
  return isJsonObject(schema) ? schema[`x-kubernetes-${name}`] : undefined;
}

function defined(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
}

function typeOf(schema: JsonValue | undefined, shortNames: ReadonlyMap<string, string>): JsonValue {
  assert.ok(isJsonObject(schema));
  const reference = textAt(schema, "$ref").replace("#/definitions/", "");
  if (reference !== "") {
    return shortNames.get(reference) ?? reference.slice(reference.lastIndexOf(".") + 1);
  }
  const { type, format, items, additionalProperties } = schema;
  if (type === "array") return ["list", typeOf(items, shortNames)];
  if (type === "object") return ["map", typeOf(additionalProperties, shortNames)];
  return format === "byte" ? "bytes" : ((format ?? type) as JsonValue);
}

test("version 2 holds together: no dangling, mixed or repeated definitions", () => {
  const definitions = objectAt(v2, "definitions");
  const seen = new Set<string>();
  visit(v2, (value) => {
    const reference = textAt(value, "$ref");
    assert.ok(!("type" in value) && !("properties" in value), JSON.stringify(value));
    assert.match(reference, /^#\/definitions\//);
    const name = reference.slice("#/definitions/".length);
    assert.ok(Object.hasOwn(definitions, name), `${reference} is defined`);
  });
  for (const [name, definition] of membersOf(definitions)) {
    assert.ok(!isJsonList(objectAt(definition)["type"]), name);
    for (const kind of listAt(definition, "x-kubernetes-group-version-kind")) {
      const key = JSON.stringify(kind);
      assert.ok(!seen.has(key), `${key} is defined once`);
      seen.add(key);
    }
  }
});

test("operations have names of their own, and patches what kubectl looks for", () => {
  const ids = new Set<string>();
  for (const [path, item] of membersOf(objectAt(v2, "paths"))) {
    for (const [method, operation] of membersOf(objectAt(item))) {
      if (method === "parameters") continue;
      const id = textAt(operation, "operationId");
      assert.ok(!ids.has(id), `${id} at ${path}`);
      ids.add(id);
    }
  }
  assert.ok(ids.has("listCoreV1NamespacedPod"));
  assert.ok(ids.has("listCoreV1PodForAllNamespaces"));
  assert.ok(ids.has("patchAppsV1NamespacedDeploymentScale"));
  assert.ok(ids.has("createRbacAuthorizationV1ClusterRole"));
  const patch = objectAt(
    v2,
    "paths",
    "/apis/apps/v1/namespaces/{namespace}/deployments/{name}",
    "patch",
  );
  assert.ok(listAt(patch, "consumes").includes("application/strategic-merge-patch+json"));
  const names = listAt(patch, "parameters").map((parameter) => textAt(parameter, "name"));
  assert.deepEqual(names, ["body", "dryRun", "fieldManager", "fieldValidation", "force"]);
  assert.deepEqual(patch["x-kubernetes-group-version-kind"], {
    group: "apps",
    version: "v1",
    kind: "Deployment",
  });
});

test("version 3 wraps references, marks defaults and resolves within the document", () => {
  const document = openApiV3DocumentOf(
    servedKinds.filter(({ package: home }) => home.group === "apps"),
  );
  const schemas = objectAt(document, "components", "schemas");
  const spec = objectAt(schemas, "io.k8s.api.apps.v1.DeploymentSpec", "properties");
  assert.deepEqual(objectAt(spec, "template")["allOf"], [
    { $ref: "#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec" },
  ]);
  assert.deepEqual(objectAt(spec, "template")["default"], {});
  const container = objectAt(schemas, "io.k8s.api.core.v1.Container", "properties");
  assert.equal(objectAt(container, "name")["default"], "");
  visit(document, (value) => {
    const reference = textAt(value, "$ref");
    assert.deepEqual(Object.keys(value), ["$ref"]);
    const name = reference.slice("#/components/schemas/".length);
    assert.ok(Object.hasOwn(schemas, name), `${reference} is defined`);
  });
  const path = "/apis/apps/v1/namespaces/{namespace}/deployments/{name}";
  const patch = objectAt(document, "paths", path, "patch");
  const types = Object.keys(objectAt(patch, "requestBody", "content"));
  assert.ok(types.includes("application/strategic-merge-patch+json"));
});

test("version 3 is found by the hash of its content", async () => {
  const { index, documents } = await openApiV3Of(servedKinds);
  const apps = documents.get("apis/apps/v1");
  assert.match(apps?.hash ?? "", /^[0-9A-F]{128}$/);
  assert.deepEqual(objectAt(index, "paths", "apis/apps/v1"), {
    serverRelativeURL: `/openapi/v3/apis/apps/v1?hash=${apps?.hash}`,
  });
  assert.ok(documents.has("api/v1"));
});

test("version 2 in protobuf names every definition and path", () => {
  const reader = new ProtobufReader(encodeOpenApiV2(v2));
  const names: string[] = [];
  const paths: string[] = [];
  while (reader.next()) {
    if (reader.field === 9) names.push(...namesIn(reader.message(), 1));
    else if (reader.field === 8) paths.push(...namesIn(reader.message(), 2));
    else reader.skip();
  }
  assert.deepEqual(names, Object.keys(objectAt(v2, "definitions")));
  assert.deepEqual(paths, Object.keys(objectAt(v2, "paths")));
});

function namesIn(reader: ProtobufReader, field: number): readonly string[] {
  const names: string[] = [];
  while (reader.next()) {
    assert.equal(reader.field, field);
    const pair = reader.message();
    while (pair.next()) {
      if (pair.field === 1) names.push(pair.string());
      else pair.skip();
    }
  }
  return names;
}

function visit(value: JsonValue | undefined, look: (value: JsonObject) => void): void {
  if (isJsonList(value)) for (const item of value) visit(item, look);
  else if (isJsonObject(value)) {
    if (typeof value["$ref"] === "string") look(value);
    for (const [, item] of membersOf(value)) visit(item, look);
  }
}

test("every type and every field says what it is", () => {
  const silent = allStructs.flatMap((struct) => [
    ...(struct.doc === "" ? [struct.name] : []),
    ...Object.entries(struct.fields)
      .filter(([, field]) => field.doc === "")
      .map(([name]) => `${struct.name}.${name}`),
  ]);
  assert.deepEqual(silent, []);
});
