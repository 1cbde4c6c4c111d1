/**
 * What pull secrets say about the registry of an image. Source of the matching rules: upstream's
 * `credentialprovider` (`URLsMatch`).
 */

import { isJsonObject, type JsonObject, type JsonValue, textAt } from "#api";
import type { RegistryCredentials } from "../runtime.ts";

/** A pull secret: its type and its decoded data. */
export interface PullSecret {
  readonly type: string;
  readonly data: ReadonlyMap<string, Uint8Array>;
}

const secretBytesMax = 1_048_576;

/** Credentials for `image` in the secret, the most exact match first; none for a broken secret. */
export function credentialsIn(secret: PullSecret, image: string): readonly RegistryCredentials[] {
  const wanted = locationOf(image);
  return entriesOf(secret)
    .map(([address, entry]) => ({ location: parseLocation(address), address, entry }))
    .filter(({ location }) => isMatch(location, wanted))
    .sort((left, right) => right.location.path.length - left.location.path.length)
    .map(({ address, entry }) => credentialsOf(address, entry));
}

interface Location {
  readonly host: string;
  readonly port: string;
  /** Without slashes at its ends. */
  readonly path: string;
}

const dockerHub: Location = { host: "index.docker.io", port: "", path: "" };
const dockerHubNames = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

function entriesOf({ type, data }: PullSecret): readonly (readonly [string, JsonObject])[] {
  const isCurrent = type === "kubernetes.io/dockerconfigjson";
  if (!isCurrent && type !== "kubernetes.io/dockercfg") return [];
  const bytes = data.get(isCurrent ? ".dockerconfigjson" : ".dockercfg");
  if (bytes === undefined || bytes.length > secretBytesMax) return [];
  const whole = parseQuietly(bytes);
  const auths = isCurrent && isJsonObject(whole) ? whole["auths"] : whole;
  if (!isJsonObject(auths)) return [];
  return Object.entries(auths).flatMap(([address, entry]) =>
    isJsonObject(entry) ? [[address, entry] as const] : [],
  );
}

/** A secret that is no JSON is no reason not to try without it; the pull's own failure tells. */
function parseQuietly(bytes: Uint8Array): JsonValue | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function credentialsOf(serverAddress: string, entry: JsonObject): RegistryCredentials {
  const [username, password] = splitAuth(textAt(entry, "auth"));
  return {
    username: textAt(entry, "username") || username,
    password: textAt(entry, "password") || password,
    serverAddress,
    identityToken: textAt(entry, "identitytoken"),
    registryToken: textAt(entry, "registrytoken"),
  };
}

/** `auth` is base64 of `user:password`. */
function splitAuth(auth: string): readonly [string, string] {
  if (!/^[A-Za-z0-9+/=\s]*$/.test(auth)) return ["", ""];
  try {
    const text = atob(auth);
    const colon = text.indexOf(":");
    return colon === -1 ? ["", ""] : [text.slice(0, colon), text.slice(colon + 1)];
  } catch {
    // Not base64 after all: then it says nothing.
    return ["", ""];
  }
}

function locationOf(image: string): Location {
  const first = image.split("/")[0] ?? "";
  const namesRegistry = image.includes("/") && (/[.:]/.test(first) || first === "localhost");
  return namesRegistry ? parseLocation(image) : { ...dockerHub, path: image };
}

function parseLocation(address: string): Location {
  const bare = address.replace(/^https?:\/\//, "");
  const slash = bare.indexOf("/");
  const authority = slash === -1 ? bare : bare.slice(0, slash);
  const rest = slash === -1 ? "" : bare.slice(slash);
  const [host = "", port = ""] = authority.split(":");
  if (dockerHubNames.has(host)) return { ...dockerHub, path: withoutVersion(rest) };
  return { host, port, path: withoutVersion(rest) };
}

/** `docker login` writes addresses with the version of the registry's interface. */
function withoutVersion(path: string): string {
  return path.replace(/^\/v[12](?=\/|$)/, "").replace(/^\/|\/$/g, "");
}

function isMatch(pattern: Location, wanted: Location): boolean {
  return (
    pattern.port === wanted.port &&
    matchesHost(pattern.host, wanted.host) &&
    wanted.path.startsWith(pattern.path)
  );
}

/** `*` stands for any text within one part between dots. */
function matchesHost(pattern: string, host: string): boolean {
  const patterns = pattern.split(".");
  const parts = host.split(".");
  return (
    patterns.length === parts.length &&
    patterns.every((one, index) => matchesPart(one, parts[index] ?? ""))
  );
}

function matchesPart(pattern: string, part: string): boolean {
  const star = pattern.indexOf("*");
  if (star === -1) return pattern === part;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(pattern.lastIndexOf("*") + 1);
  return part.length >= head.length + tail.length && part.startsWith(head) && part.endsWith(tail);
}
