import type { HttpHandler, ReceivedRequest } from "#base";

/** Serves everything below a path: `/alerts` makes `/alerts/api/v2/status` of `/api/v2/status`. */
export function below(prefix: string, handler: HttpHandler): HttpHandler {
  if (prefix === "" || prefix === "/") return handler;
  const inside = (request: ReceivedRequest) => {
    const [path = ""] = request.target.split("?", 1);
    const isInside = path === prefix || path.startsWith(`${prefix}/`);
    const rest = request.target.slice(prefix.length);
    if (!isInside) return undefined;
    return { ...request, target: rest.startsWith("/") ? rest : `/${rest}` };
  };
  return {
    handle: async (request, signal) => {
      const moved = inside(request);
      if (moved !== undefined) return handler.handle(moved, signal);
      const isRoot = request.target.split("?", 1)[0] === "/";
      return {
        status: isRoot ? 302 : 404,
        headers: isRoot ? { location: `${prefix}/` } : { "content-type": "text/plain" },
        body: new TextEncoder().encode(isRoot ? "" : "404 page not found\n"),
      };
    },
    upgrade: (request, signal) => handler.upgrade(inside(request) ?? request, signal),
  };
}
