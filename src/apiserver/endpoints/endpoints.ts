import type { HttpResponse, ReceivedRequest } from "#base";
import type { ServerParts } from "../request/request-context.ts";
import type { PathTarget } from "../request/request-target.ts";
import { bytesResponse } from "../respond/render.ts";

/** Answers requests to a path that is no resource. */
export type PathEndpoint = (
  request: ReceivedRequest,
  target: PathTarget,
) => HttpResponse | Promise<HttpResponse>;

/** Everything that is served beside the resources, by path. */
export function serverEndpoints(_parts: ServerParts): (path: string) => PathEndpoint | undefined {
  const endpoints = new Map<string, PathEndpoint>([["/version", serveVersion]]);
  return (path) => endpoints.get(path);
}

const version = {
  major: "1",
  minor: "36",
  gitVersion: "v1.36.0+wherry",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: "linux/amd64",
};

function serveVersion(): HttpResponse {
  const text = JSON.stringify(version, undefined, 2);
  return bytesResponse(200, "application/json", new TextEncoder().encode(text));
}
