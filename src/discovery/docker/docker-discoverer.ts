import { type HttpClient, readBody } from "#outbound";
import type { DockerDiscovery } from "#promconfig";
import { createRefreshing, type RefreshDeps } from "../refreshing.ts";
import type { Discoverer, TargetGroup } from "../target-group.ts";
import { decodeContainers, decodeNetworks } from "./decode-engine.ts";
import { dockerTargets } from "./docker-targets.ts";

/** Ten thousand containers tell about 20 MB. */
const bodyBytesMax = 128 * 1024 * 1024;

/** The containers of one Docker engine. */
export function createDockerDiscoverer(
  deps: RefreshDeps & { readonly client: HttpClient },
  config: DockerDiscovery,
): Discoverer {
  return createRefreshing(deps, {
    intervalMs: config.refreshIntervalMs,
    refresh: async (signal) => [await fetchGroup(deps.client, config, signal)],
  });
}

async function fetchGroup(
  client: HttpClient,
  config: DockerDiscovery,
  signal: AbortSignal,
): Promise<TargetGroup> {
  const filters = Object.fromEntries(config.filters.map(({ name, values }) => [name, values]));
  const query =
    config.filters.length === 0 ? "" : `?filters=${encodeURIComponent(JSON.stringify(filters))}`;
  const engine = { client, ...engineAddress(config.host) };
  const containers = decodeContainers(
    await ask(engine, { path: `/containers/json${query}`, doing: "listing containers" }, signal),
  );
  const networks = decodeNetworks(
    await ask(engine, { path: "/networks", doing: "computing network labels" }, signal),
  );
  return { source: "Docker", targets: dockerTargets(containers, networks, config), labels: [] };
}

interface Engine {
  readonly client: HttpClient;
  readonly baseUrl: string;
  readonly unixPath: string | undefined;
}

/** `unix:///var/run/docker.sock`, `tcp://host:2375` or a URL of HTTP. */
export function engineAddress(host: string): Omit<Engine, "client"> {
  const unixPath = /^unix:\/\/(.+)$/.exec(host)?.[1];
  if (unixPath !== undefined) return { baseUrl: "http://localhost", unixPath };
  return { baseUrl: host.replace(/^tcp:/, "http:").replace(/\/$/, ""), unixPath: undefined };
}

async function ask(
  { client, baseUrl, unixPath }: Engine,
  { path, doing }: { readonly path: string; readonly doing: string },
  signal: AbortSignal,
): Promise<unknown> {
  const request = { method: "GET", url: baseUrl + path, headers: {}, body: undefined, unixPath };
  try {
    const response = await client.send(request, signal);
    const body = new TextDecoder().decode(await readBody(response, { bytesMax: bodyBytesMax }));
    if (response.status !== 200) throw new Error(`the engine answered ${response.status}: ${body}`);
    return JSON.parse(body);
  } catch (error) {
    throw new Error(`error while ${doing}`, { cause: error });
  }
}
