import type { HttpTransport } from "#base";
import type { HttpClient } from "./http-client.ts";

/** The client as a transport to one server, for clients of its API. `baseUrl` may have a path. */
export function transportTo(client: HttpClient, baseUrl: string): HttpTransport {
  const base = baseUrl.replace(/\/$/, "");
  return {
    send: ({ method, target, headers, body }, signal) => {
      if (body !== undefined && !(body instanceof Uint8Array)) {
        return Promise.reject(new Error("streamed request bodies are not sent this way"));
      }
      const request = { method, url: base + target, headers, body, unixPath: undefined };
      return client.send(request, signal);
    },
    upgrade: () => Promise.reject(new Error("upgrades are not asked for this way")),
  };
}
