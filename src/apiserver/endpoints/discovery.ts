/** The discovery documents: legacy at every path, aggregated at `/api` and `/apis` when asked for. */

import { discoveryOf, type JsonObject, type ResourceKind } from "#api";
import { assert, type HttpResponse, type ReceivedRequest } from "#base";
import { findHeader, negotiate } from "#http";
import { bytesResponse } from "../respond/render.ts";
import type { DynamicGroup } from "../computed-group.ts";
import { entityTag, isUnmodified, unmodifiedResponse } from "./entity-tag.ts";
import type { EndpointTable } from "./endpoints.ts";

/** The response must name what it is: clients take an aggregated body for a legacy one otherwise. */
const aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

export async function addDiscovery(
  table: EndpointTable,
  kinds: readonly ResourceKind[],
  dynamicGroups: readonly DynamicGroup[],
  serverAddress: string,
): Promise<void> {
  const { legacy, aggregated } = await discoveryOf(kinds, { serverAddress, dynamicGroups });
  for (const group of dynamicGroups) addDynamic(table, group);
  for (const [path, document] of legacy) {
    if (aggregated.has(path)) continue;
    const plain = bodyOf(document);
    table.add(path, () => bytesResponse(200, "application/json", plain));
  }
  // Groups without a resource are not told of: old clients take an empty list for a failure.
  const variants = new Map<string, Promise<ReadonlyMap<string, Forms>>>();
  const variantOf = (shown: readonly DynamicGroup[]) => {
    const names = shown.map(({ name }) => name).join();
    const known = variants.get(names);
    if (known !== undefined) return known;
    const made = discoveryOf(kinds, { serverAddress, dynamicGroups: shown }).then(formsOf);
    variants.set(names, made);
    return made;
  };
  for (const path of aggregated.keys()) {
    table.add(path, async (request) => {
      const present = dynamicGroups.filter((group) => group.resources().length > 0);
      const forms = (await variantOf(present)).get(path);
      assert(forms !== undefined, "there are documents for whatever groups are present");
      return wantsAggregated(request)
        ? aggregatedResponse(request, forms.whole, forms.tag)
        : withVary(bytesResponse(200, "application/json", forms.plain));
    });
  }
}

/** A document that there is in both forms. */
interface Forms {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly whole: Uint8Array<ArrayBuffer>;
  /** Of the aggregated form. */
  readonly tag: string;
}

async function formsOf({
  legacy,
  aggregated,
}: Awaited<ReturnType<typeof discoveryOf>>): Promise<ReadonlyMap<string, Forms>> {
  const forms = new Map<string, Forms>();
  for (const [path, document] of aggregated) {
    const whole = bodyOf(document);
    const plain = bodyOf(legacy.get(path) ?? {});
    forms.set(path, { plain, whole, tag: await entityTag(whole) });
  }
  return forms;
}

/** The lists of a group whose resources come and go. */
function addDynamic(table: EndpointTable, group: DynamicGroup): void {
  for (const version of group.versions) {
    const groupVersion = `${group.name}/${version}`;
    table.add(`/apis/${groupVersion}`, () => {
      const resources = group.resources().map(({ name, namespaced, kind }) => {
        return { name, singularName: "", namespaced, kind, verbs: ["get"] };
      });
      const list = { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
      return bytesResponse(200, "application/json", bodyOf(list));
    });
  }
}

function aggregatedResponse(request: ReceivedRequest, body: Uint8Array, tag: string): HttpResponse {
  if (isUnmodified(request, tag)) return withVary(unmodifiedResponse(tag));
  const response = withVary(bytesResponse(200, aggregatedType, body));
  const headers = { ...response.headers, etag: tag, "cache-control": "public" };
  return { ...response, headers };
}

function withVary(response: HttpResponse): HttpResponse {
  return { ...response, headers: { ...response.headers, vary: "Accept" } };
}

function wantsAggregated(request: ReceivedRequest): boolean {
  const accept = findHeader(request.headers, "accept");
  const chosen = negotiate(accept, ["application/json"], isServed);
  return chosen.parameters.get("as") === "APIGroupDiscoveryList";
}

/** The client's order of preference decides between the forms; other versions are passed over. */
function isServed(parameters: ReadonlyMap<string, string>): boolean {
  if (!parameters.has("as")) return true;
  return (
    parameters.get("g") === "apidiscovery.k8s.io" &&
    parameters.get("v") === "v2" &&
    parameters.get("as") === "APIGroupDiscoveryList"
  );
}

function bodyOf(document: JsonObject): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(document)}\n`);
}
