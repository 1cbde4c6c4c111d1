/** The client of commands that speak to a server: by default plain, else as a file describes it. */
import { quoteGo } from "#base";
import { createHttpClient, type HttpClient } from "#outbound";
import { httpClientDefaults, loadHttpClientConfig } from "#promconfig";
import { UsageError } from "../command-line/usage-error.ts";
import { problemOf } from "../problem.ts";
import type { Surroundings } from "../surroundings.ts";

export interface Server {
  /** As given: perhaps without a scheme. */
  readonly url: string;
  /** Empty for none. */
  readonly httpConfigFile: string;
}

/** What a client needs of the machine it runs on. */
export type ClientSurroundings = Pick<Surroundings, "clock" | "connector" | "disk" | "env">;

/** Opens nothing yet. Throws a `UsageError` when the file of options is no such file. */
export async function openClient(
  { url, httpConfigFile }: Server,
  { clock, connector, disk, env }: ClientSurroundings,
): Promise<HttpClient> {
  const deps = { clock, connector, disk, env };
  if (httpConfigFile === "") {
    return createHttpClient(deps, { ...httpClientDefaults, proxyFromEnvironment: true }, userAgent);
  }
  if (/^[^/?#]*\/\/[^/?#:@]+(?::[^/?#@]*)?@/.test(url)) {
    throw new UsageError(
      "Cannot set base auth in the server URL and use a http.config.file at the same time",
    );
  }
  try {
    const config = await loadHttpClientConfig(disk, httpConfigFile);
    return createHttpClient(deps, config, userAgent);
  } catch (error) {
    const problem = `Failed to load HTTP config file: ${problemOf(error)}`;
    throw new UsageError(problem, { cause: error });
  }
}

const userAgent = "promtool/3.14.0";

/**
 * The server's URL with a path below its own; a URL without a scheme is one of HTTP. Throws what the
 * request `method` would fail with for any other scheme.
 */
export function urlBelow(server: string, path: string, method: "Get" | "Post"): URL {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(server)?.[1];
  if (scheme !== undefined && !/^https?$/i.test(scheme)) {
    throw new Error(`${method} ${quoteGo(server)}: unsupported protocol scheme "${scheme}"`);
  }
  const whole = scheme === undefined ? `http://${server.replace(/^\/\//, "")}` : server;
  if (!URL.canParse(whole)) {
    throw new Error(`${method} ${quoteGo(whole + path)}: http: no Host in request URL`);
  }
  const url = new URL(whole);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${path}`;
  return url;
}
