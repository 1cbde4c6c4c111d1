/**
 * Other parts' HTTP interfaces below the engine's own address. Its pages can ask them there, and who may
 * ask the engine may ask them; nobody else's page may make a browser change anything.
 */
import type { HttpHandler, HttpResponse, ReceivedRequest } from "#base";
import { textResponse } from "#promapi";

export interface Mount {
  /** Everything at this path and below it: `/api/v2`. */
  readonly path: string;
  /** Is asked for the path as it is, without the engine's own prefix. */
  readonly handler: HttpHandler;
}

export function withMounts(
  engine: HttpHandler,
  mounts: readonly Mount[],
  routePrefix: string,
): HttpHandler {
  const prefix = routePrefix === "/" ? "" : routePrefix;
  return {
    handle: async (request, signal) => {
      const target = targetBelow(prefix, request);
      const mount = mounts.find(({ path }) => isAtOrBelow(path, target));
      if (mount === undefined) return engine.handle(request, signal);
      return foreignWrite(request) ?? mount.handler.handle({ ...request, target }, signal);
    },
    upgrade: (request, signal) => engine.upgrade(request, signal),
  };
}

function targetBelow(prefix: string, { target }: ReceivedRequest): string {
  return target.startsWith(`${prefix}/`) ? target.slice(prefix.length) : "";
}

function isAtOrBelow(path: string, target: string): boolean {
  return target.startsWith(path) && /^(?:$|[/?])/.test(target.slice(path.length));
}

const readingMethods: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** The refusal of what another site's page asks; undefined for everything else. */
function foreignWrite({ method, headers }: ReceivedRequest): HttpResponse | undefined {
  const { origin, host } = headers;
  if (readingMethods.has(method) || typeof origin !== "string") return undefined;
  if (URL.canParse(origin) && new URL(origin).host === host) return undefined;
  return textResponse(403, "only this server's own pages may change anything\n");
}
