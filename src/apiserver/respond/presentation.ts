import type { AnyKind } from "#api";
import type { ReceivedRequest } from "#base";
import { findHeader, HttpError, negotiate, type Negotiated } from "#http";
import { isTrueParameter, type ResourceTarget } from "../request/request-target.ts";

export const jsonType = "application/json";
export const yamlType = "application/yaml";
export const protobufType = "application/vnd.kubernetes.protobuf";

/** The form in which a client wants its answer. */
export interface Presentation {
  readonly mediaType: typeof jsonType | typeof yamlType | typeof protobufType;
  readonly view: View;
  /** `meta.k8s.io/v1` or `meta.k8s.io/v1beta1`: the apiVersion of a view. */
  readonly viewVersion: string;
  readonly layout: "compact" | "pretty";
  /** What a Table's rows carry of their objects. */
  readonly includeObject: "None" | "Metadata" | "Object";
}

/** Objects whole, as rows of a table, or their metadata only. */
type View = "whole" | "table" | "metadata";

const mediaTypes = [jsonType, yamlType, protobufType] as const;
const customTypes = [jsonType, yamlType];
const viewNames: ReadonlyMap<string, View> = new Map([
  ["Table", "table"],
  ["PartialObjectMetadata", "metadata"],
  ["PartialObjectMetadataList", "metadata"],
]);

/**
 * How objects of `kind` are shown to the client; undefined: of no kind that is a resource.
 * Throws NotAcceptable when the client accepts nothing that can be made.
 */
export function presentationOf(
  request: ReceivedRequest,
  { query, verb }: Pick<ResourceTarget, "query" | "verb">,
  kind?: AnyKind,
): Presentation {
  const accept = findHeader(request.headers, "accept");
  const offered = kind?.package.isCustom === true ? customTypes : mediaTypes;
  const shape = verb === "list" ? "list" : "single";
  const supports = (parameters: ReadonlyMap<string, string>) => supportsView(parameters, shape);
  const chosen = preferJson(accept, negotiate(accept, offered, supports), supports);
  const view = viewNames.get(chosen.parameters.get("as") ?? "") ?? "whole";
  return {
    mediaType: mediaTypes.find((mediaType) => mediaType === chosen.mediaType) ?? jsonType,
    view,
    viewVersion: `meta.k8s.io/${chosen.parameters.get("v") ?? "v1"}`,
    layout: wantsPretty(request, query) ? "pretty" : "compact",
    includeObject: includeObjectOf(query.get("includeObject")),
  };
}

/**
 * Objects are kept as JSON, so that JSON is sent to all who take it, even to those who would rather
 * have protobuf: every client that asks for protobuf so names JSON as its second choice.
 */
function preferJson(
  accept: string | undefined,
  chosen: Negotiated,
  supports: (parameters: ReadonlyMap<string, string>) => boolean,
): Negotiated {
  if (chosen.mediaType !== protobufType) return chosen;
  try {
    return negotiate(accept, [jsonType], supports);
  } catch (error) {
    // Only protobuf will do.
    if (error instanceof HttpError && error.reason === "NotAcceptable") return chosen;
    throw error;
  }
}

function supportsView(parameters: ReadonlyMap<string, string>, shape: "list" | "single"): boolean {
  const wanted = parameters.get("as");
  if (wanted === undefined || wanted === "") return true;
  const version = parameters.get("v");
  if (parameters.get("g") !== "meta.k8s.io") return false;
  if (version !== "v1" && version !== "v1beta1") return false;
  if (wanted === "Table") return true;
  return wanted === (shape === "list" ? "PartialObjectMetadataList" : "PartialObjectMetadata");
}

/** People who look at raw answers get them indented, as upstream does. */
function wantsPretty(request: ReceivedRequest, query: URLSearchParams): boolean {
  if (query.has("pretty")) return isTrueParameter(query.get("pretty"));
  return /^(?:curl|Wget|Mozilla\/5\.0)/.test(findHeader(request.headers, "user-agent") ?? "");
}

function includeObjectOf(text: string | null): Presentation["includeObject"] {
  return text === "None" || text === "Object" ? text : "Metadata";
}
