import { badRequest, type ObjectKey } from "#api";
import { type Pod, pod } from "#api/core/v1";
import { decodedAs } from "../../objects/decode-stored.ts";
import type { ServerParts } from "../../request/request-context.ts";

const defaultContainerAnnotation = "kubectl.kubernetes.io/default-container";

/** Throws NotFound. */
export async function getPod({ reader, catalog }: ServerParts, key: ObjectKey): Promise<Pod> {
  const found = await reader.get(catalog.get(pod), key);
  return decodedAs(pod, found.value);
}

/** The container that a request is about; throws BadRequest when that is not clear. */
export function containerOf(object: Pod, asked: string): string {
  const name = object.metadata?.name ?? "";
  const { containers = [], initContainers = [], ephemeralContainers = [] } = object.spec ?? {};
  const all = [...containers, ...initContainers, ...ephemeralContainers];
  if (asked !== "") {
    if (all.some((container) => container.name === asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only] = containers;
  if (only !== undefined && all.length === 1) return only.name;
  const annotated = object.metadata?.annotations?.[defaultContainerAnnotation] ?? "";
  if (containers.some((container) => container.name === annotated)) return annotated;
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: ` +
      `${listed(containers)}${alternatives("init", initContainers)}` +
      alternatives("ephemeral", ephemeralContainers),
  );
}

type Named = readonly { readonly name: string }[];

function listed(containers: Named): string {
  return `[${containers.map(({ name }) => name).join(" ")}]`;
}

function alternatives(kind: string, containers: Named): string {
  return containers.length === 0 ? "" : ` or one of the ${kind} containers: ${listed(containers)}`;
}
