import { badRequest } from "#api";

/** What a request addresses and what it wants there; upstream's RequestInfo. */
export type RequestTarget = ResourceTarget | PathTarget;

export interface ResourceTarget {
  readonly kind: "resource";
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** Empty for the resource itself. */
  readonly subresource: string;
  /** Empty for cluster-scoped resources and requests across all namespaces. */
  readonly namespace: string;
  readonly name: string;
  /** What follows the subresource, with its leading slash: `/index.html`. Only proxies have it. */
  readonly rest: string;
  readonly query: URLSearchParams;
  /** Path and query as sent. */
  readonly sent: string;
}

/** A path outside of the resources: `/healthz`, `/apis/apps/v1`. */
export interface PathTarget {
  readonly kind: "path";
  /** The HTTP method in lower case. */
  readonly verb: string;
  /** Without a final slash, except for `/` itself. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly sent: string;
}

/** What follows a namespace's name and is a part of the namespace itself, not a resource inside it. */
const namespaceSubresources: ReadonlySet<string> = new Set(["status", "finalize"]);

const methodVerbs: ReadonlyMap<string, string> = new Map([
  ["GET", "get"],
  ["HEAD", "get"],
  ["POST", "create"],
  ["PUT", "update"],
  ["PATCH", "patch"],
  ["DELETE", "delete"],
]);

/** Reads method, path and query by upstream's URL grammar. Throws BadRequest for a broken path. */
export function parseRequestTarget(method: string, sent: string): RequestTarget {
  const mark = sent.indexOf("?");
  const path = mark < 0 ? sent : sent.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : sent.slice(mark + 1));
  const outside = (): PathTarget => ({
    kind: "path",
    verb: method.toLowerCase(),
    path: path.replace(/(?<=.)\/+$/, ""),
    query,
    sent,
  });

  const parts = path.split("/").filter((part) => part !== "");
  const head = addressHead(parts);
  if (head === undefined) return outside();

  const tail = resourceParts(head.after);
  if (tail === undefined) return outside();
  const { namespace, parts: named } = tail;
  const [resource = "", name = "", subresource = "", ...rest] = named;
  const decodedName = decodePart(name);
  const proxied = subresource === "proxy" ? restOf(path, rest) : "";
  const verb = head.forcedVerb ?? methodVerbs.get(method) ?? method.toLowerCase();
  return {
    kind: "resource",
    verb: verbOf(verb, decodedName, query),
    group: head.group,
    version: head.version,
    resource,
    subresource,
    namespace: decodePart(namespace),
    name: decodedName,
    rest: proxied,
    query,
    sent,
  };
}

interface AddressHead {
  readonly group: string;
  readonly version: string;
  readonly forcedVerb: string | undefined;
  readonly after: readonly string[];
}

/** `api/{version}/…` or `apis/{group}/{version}/…`; undefined when no resource follows. */
function addressHead(parts: readonly string[]): AddressHead | undefined {
  const [prefix] = parts;
  if (prefix !== "api" && prefix !== "apis") return undefined;
  const [group, version, ...after] = prefix === "api" ? ["", ...parts.slice(1)] : parts.slice(1);
  if (group === undefined || version === undefined || after.length === 0) return undefined;
  if (after[0] !== "watch") return { group, version, forcedVerb: undefined, after };
  return after.length < 2
    ? undefined
    : { group, version, forcedVerb: "watch", after: after.slice(1) };
}

function resourceParts(
  after: readonly string[],
): { readonly namespace: string; readonly parts: readonly string[] } | undefined {
  const [first, namespace, third] = after;
  if (first !== "namespaces" || namespace === undefined) return { namespace: "", parts: after };
  if (third === undefined || namespaceSubresources.has(third)) return { namespace, parts: after };
  return { namespace, parts: after.slice(2) };
}

function verbOf(verb: string, name: string, query: URLSearchParams): string {
  if (name !== "") return verb;
  if (verb === "delete") return "deletecollection";
  if (verb !== "get") return verb;
  return isTrueParameter(query.get("watch")) ? "watch" : "list";
}

/** Query parameters are true unless absent, `false` or `0`; also when they have no value. */
export function isTrueParameter(value: string | null): boolean {
  return value !== null && value !== "false" && value !== "0";
}

function decodePart(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) throw badRequest(`invalid URL escape in path: ${part}`);
    throw error;
  }
}

/** The proxied path as sent: a final slash matters to what is behind the proxy. */
function restOf(path: string, rest: readonly string[]): string {
  const joined = rest.map((part) => `/${part}`).join("");
  return path.endsWith("/") ? `${joined}/` : joined;
}
