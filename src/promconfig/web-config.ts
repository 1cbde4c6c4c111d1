/** The file of `--web.config.file`: TLS, users and headers of our own pages and API. */
import { type Disk, quoteGo } from "#base";
import { tlsVersion } from "./http-client-config.ts";
import { inFile } from "./in-file.ts";
import { directoryOf } from "./path.ts";
import { list, mapOf } from "./schema/collection.ts";
import { field, struct, type StructType, type ValueOf } from "./schema/decode-struct.ts";
import { durationMs, path, secret } from "./schema/option-types.ts";
import { bool, choice, integer, text } from "./schema/scalar.ts";
import { decodeDocument, Decoding } from "./schema/yaml-type.ts";
import type { Secret } from "./secret.ts";
import { readYaml } from "./yaml/read.ts";

const clientAuthTypes = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "RequireClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

const tlsServerParts = {
  certificate: field("cert", text),
  key: field("key", secret),
  clientAuthorities: field("client_ca", text),
  certificateFile: field("cert_file", path),
  keyFile: field("key_file", path),
  clientAuthType: field(
    "client_auth_type",
    choice(clientAuthTypes, (word) => `invalid ClientAuth: ${word}`),
  ),
  clientAuthoritiesFile: field("client_ca_file", path),
  cipherSuites: field("cipher_suites", list(text)),
  curvePreferences: field(
    "curve_preferences",
    list(
      choice(["CurveP256", "CurveP384", "CurveP521", "X25519"], (word) => `unknown curve: ${word}`),
    ),
  ),
  minVersion: field("min_version", tlsVersion, "TLS12"),
  maxVersion: field("max_version", tlsVersion, "TLS13"),
  preferServerCipherSuites: field("prefer_server_cipher_suites", bool, true),
  clientAllowedSans: field("client_allowed_sans", list(text)),
} as const;

/** How the server shows itself and whom it lets in. Texts are PEM. */
export type TlsServerConfig = ValueOf<typeof tlsServerParts>;
const tlsServerType: StructType<TlsServerConfig> = struct("web.TLSConfig", tlsServerParts);

const httpServerType = struct("web.HTTPConfig", {
  http2: field("http2", bool, true),
  headers: field("headers", mapOf(text)),
});

const rateLimitType = struct("web.RateLimiterConfig", {
  burst: field("burst", integer),
  intervalMs: field("interval", durationMs),
});

const webParts = {
  tls: field("tls_server_config", tlsServerType, tlsServerType.initial),
  http: field("http_server_config", httpServerType, httpServerType.initial),
  rateLimit: field("rate_limit", rateLimitType),
  users: field("basic_auth_users", mapOf(secret, "map[string]config.Secret")),
} as const;

export type WebConfig = ValueOf<typeof webParts>;
const webType: StructType<WebConfig> = struct("web.Config", webParts, {
  check: ({ tls, http, users }) =>
    headersProblem(http.headers) ?? usersProblem(users) ?? tlsProblem(tls),
});

/** Whether anything of TLS is configured; otherwise HTTP is plain. */
export function isTlsEnabled(tls: TlsServerConfig): boolean {
  return (
    [
      tls.certificate,
      tls.certificateFile,
      tls.keyFile,
      tls.clientAuthorities,
      tls.clientAuthoritiesFile,
      tls.clientAuthType,
    ].some((one) => one !== "") || !tls.key.isEmpty
  );
}

/** Parses the text of a web configuration file. Throws a `ConfigError`. */
export function parseWebConfig(content: string, directory: string | undefined): WebConfig {
  const root = readYaml(content);
  return decodeDocument(webType, { root, whenEmpty: webType.initial }, new Decoding(directory));
}

/** Reads a web configuration file. Relative paths in it start where it is. */
export async function loadWebConfig(
  disk: Pick<Disk, "readFile">,
  file: string,
): Promise<WebConfig> {
  const content = new TextDecoder().decode(await disk.readFile(file));
  return inFile(file, "", () => parseWebConfig(content, directoryOf(file)));
}

/** Headers that may be added, with their values where only some make sense. */
const headerValues: ReadonlyMap<string, readonly string[]> = new Map([
  ["Strict-Transport-Security", []],
  ["X-Content-Type-Options", ["nosniff"]],
  ["X-Frame-Options", ["deny", "sameorigin"]],
  ["X-XSS-Protection", []],
  ["Content-Security-Policy", []],
]);

function headersProblem(headers: ReadonlyMap<string, string>): string | undefined {
  for (const [name, value] of headers) {
    const values = headerValues.get(name);
    if (values === undefined) return `HTTP header ${quoteGo(name)} can not be configured`;
    if (values.length > 0 && !values.includes(value)) {
      const wanted = `[${values.map(quoteGo).join(" ")}]`;
      return `invalid value for ${name}. Expected one of: ${wanted}, but got: ${quoteGo(value)}`;
    }
  }
  return undefined;
}

function usersProblem(users: ReadonlyMap<string, Secret>): string | undefined {
  const hashes = Array.from(users.values(), (hash) => hash.reveal());
  const bad = hashes.find((hash) => !/^\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash));
  if (bad === undefined) return undefined;
  if (bad.length < 59) {
    return "crypto/bcrypt: hashedSecret too short to be a bcrypted password";
  }
  return "crypto/bcrypt: a password hash is not of a version that is known";
}

function tlsProblem(tls: TlsServerConfig): string | undefined {
  if (!isTlsEnabled(tls)) return undefined;
  if (tls.certificate === "" && tls.certificateFile === "") {
    return "missing one of cert or cert_file";
  }
  if (tls.key.isEmpty && tls.keyFile === "") return "missing one of key or key_file";
  return clientAuthProblem(tls);
}

function clientAuthProblem(tls: TlsServerConfig): string | undefined {
  const { clientAuthType, clientAuthorities, clientAuthoritiesFile, clientAllowedSans } = tls;
  const hasAuthorities = clientAuthorities !== "" || clientAuthoritiesFile !== "";
  if (hasAuthorities && (clientAuthType === "" || clientAuthType === "NoClientCert")) {
    return "client CA's have been configured without a Client Auth Policy";
  }
  if (clientAllowedSans.length > 0 && !clientAuthType.startsWith("Require")) {
    return "client_allowed_sans requires client_auth_type to be one of RequireAnyClientCert or RequireAndVerifyClientCert";
  }
  return undefined;
}
