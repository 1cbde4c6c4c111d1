/** What `docker login` has kept: accounts in Docker's `config.json`, or the programs that keep them. */
import { isJsonObject, type JsonObject, type JsonValue } from "#api";

export interface DockerConfig {
  /** By the address that `docker login` wrote. */
  readonly auths: ReadonlyMap<string, JsonObject>;
  /** By registry: which `docker-credential-…` keeps its account. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The one for every other registry. */
  readonly store: string | undefined;
}

/** Throws an `Error` for text that is no such file. */
export function parseDockerConfig(text: string): DockerConfig {
  const whole: JsonValue = JSON.parse(text);
  if (!isJsonObject(whole)) throw new Error("it is no JSON object");
  const { auths = {}, credHelpers = {}, credsStore } = whole;
  if (!isJsonObject(auths) || !isJsonObject(credHelpers)) {
    throw new Error("auths and credHelpers must be JSON objects");
  }
  const accounts = Object.entries(auths).flatMap(([address, entry]) =>
    isJsonObject(entry) ? [[address, entry] as const] : [],
  );
  const helpers = Object.entries(credHelpers).flatMap(([registry, name]) =>
    isHelperName(name) ? [[registry, name] as const] : [],
  );
  return {
    auths: new Map(accounts),
    helpers: new Map(helpers),
    store: isHelperName(credsStore) ? credsStore : undefined,
  };
}

/** It becomes part of a program's name. */
function isHelperName(name: unknown): name is string {
  return typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);
}

/** The key under which Docker keeps the account of its own registry. */
const dockerHub = "https://index.docker.io/v1/";
const dockerHubHosts: ReadonlySet<string> = new Set([
  "docker.io",
  "index.docker.io",
  "registry-1.docker.io",
]);

/** The registry that an image comes from, as Docker calls it: `ghcr.io`, or the address of its own. */
export function registryOf(image: string): string {
  const first = image.split("/")[0] ?? "";
  const isNamed = image.includes("/") && (/[.:]/.test(first) || first === "localhost");
  return !isNamed || dockerHubHosts.has(first) ? dockerHub : first;
}

/** What stands in the file itself for a registry; entries of credential stores are empty there. */
export function accountIn({ auths }: DockerConfig, registry: string): JsonObject | undefined {
  const host = hostOf(registry);
  for (const [address, entry] of auths) {
    if (hostOf(address) === host && Object.keys(entry).length > 0) return entry;
  }
  return undefined;
}

export function helperFor({ helpers, store }: DockerConfig, registry: string): string | undefined {
  return helpers.get(registry) ?? helpers.get(hostOf(registry)) ?? store;
}

function hostOf(address: string): string {
  const host = address.replace(/^https?:\/\//, "").split("/")[0] ?? "";
  return dockerHubHosts.has(host) ? "index.docker.io" : host;
}

/**
 * What a credential helper answers to `get`, as an entry of `auths`; undefined when it names nobody.
 * Protocol: docker/docker-credential-helpers.
 */
export function answeredAccount(answer: string): JsonObject | undefined {
  const said: JsonValue = JSON.parse(answer);
  if (!isJsonObject(said)) return undefined;
  const { Username: username, Secret: secret } = said;
  if (typeof username !== "string" || typeof secret !== "string") return undefined;
  return username === "<token>" ? { identitytoken: secret } : { username, password: secret };
}
