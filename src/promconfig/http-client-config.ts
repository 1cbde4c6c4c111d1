import { list, mapOf, optional } from "./schema/collection.ts";
import {
  field,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "./schema/decode-struct.ts";
import { bool, choice, text } from "./schema/scalar.ts";
import { path, secret, url } from "./schema/option-types.ts";
import { noSecret, type Secret } from "./secret.ts";

export const tlsVersion = choice(
  ["TLS10", "TLS11", "TLS12", "TLS13"],
  (word) => `unknown TLS version: ${word}`,
);

/** `tls_config`: whom to believe and how to show oneself. Texts are PEM. */
const tlsParts = {
  ca: field("ca", text),
  certificate: field("cert", text),
  key: field("key", secret),
  caFile: field("ca_file", path),
  certificateFile: field("cert_file", path),
  keyFile: field("key_file", path),
  caRef: field("ca_ref", text),
  certificateRef: field("cert_ref", text),
  keyRef: field("key_ref", text),
  serverName: field("server_name", text),
  insecureSkipVerify: shownField("insecure_skip_verify", bool),
  minVersion: field("min_version", tlsVersion),
  maxVersion: field("max_version", tlsVersion),
} as const;
export type TlsConfig = ValueOf<typeof tlsParts>;
export const tlsConfigType: StructType<TlsConfig> = struct("config.plain", tlsParts, {
  check: checkTls,
});

/** Said where a secret is to come from a secret store, of which Prometheus itself has none either. */
const noSecretStore = "secrets by reference (…_ref) are not supported; use the …_file option";

function checkTls(tls: TlsConfig): string | undefined {
  if (countSet(tls.ca, tls.caFile, tls.caRef) > 1) {
    return "at most one of ca, ca_file & ca_ref must be configured";
  }
  const certificates = countSet(tls.certificate, tls.certificateFile, tls.certificateRef);
  if (certificates > 1) return "at most one of cert, cert_file & cert_ref must be configured";
  const keys = countSet(tls.key, tls.keyFile, tls.keyRef);
  if (keys > 1) return "at most one of key and key_file must be configured";
  if (certificates > keys) {
    return "exactly one of key or key_file must be configured when a client certificate is configured";
  }
  if (keys > certificates) {
    return "exactly one of cert or cert_file must be configured when a client key is configured";
  }
  return countSet(tls.caRef, tls.certificateRef, tls.keyRef) > 0 ? noSecretStore : undefined;
}

const basicAuthType = struct("config.plain", {
  username: field("username", text),
  usernameFile: field("username_file", path),
  usernameRef: field("username_ref", text),
  password: field("password", secret),
  passwordFile: field("password_file", path),
  passwordRef: field("password_ref", text),
});
export type BasicAuth = typeof basicAuthType.zero;

const authorizationType = struct("config.Authorization", {
  type: field("type", text),
  credentials: field("credentials", secret),
  credentialsFile: field("credentials_file", path),
  credentialsRef: field("credentials_ref", text),
});
export type Authorization = typeof authorizationType.zero;

const proxyParts = {
  proxyUrl: field("proxy_url", url),
  noProxy: field("no_proxy", text),
  proxyFromEnvironment: field("proxy_from_environment", bool),
  proxyConnectHeader: field(
    "proxy_connect_header",
    mapOf(list(secret, { goType: "[]config.Secret" }), "config.ProxyHeader"),
  ),
} as const;
type ProxyConfig = ValueOf<typeof proxyParts>;

const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const oauth2Parts = {
  clientId: field("client_id", text),
  clientSecret: field("client_secret", secret),
  clientSecretFile: field("client_secret_file", path),
  clientSecretRef: field("client_secret_ref", text),
  clientCertificateKeyId: field("client_certificate_key_id", text),
  clientCertificateKey: field("client_certificate_key", secret),
  clientCertificateKeyFile: field("client_certificate_key_file", path),
  clientCertificateKeyRef: field("client_certificate_key_ref", text),
  grantType: field("grant_type", text),
  signatureAlgorithm: field("signature_algorithm", text),
  issuer: field("iss", text),
  audience: field("audience", text),
  claims: field("claims", mapOf(text, "map[string]interface {}")),
  scopes: field("scopes", list(text)),
  tokenUrl: field("token_url", text),
  endpointParams: field("endpoint_params", mapOf(text)),
  tls: field("tls_config", tlsConfigType),
  ...proxyParts,
} as const;
export type Oauth2Config = ValueOf<typeof oauth2Parts>;
const oauth2Type: StructType<Oauth2Config> = struct("config.plain", oauth2Parts, {
  check: checkOauth2,
});

function checkOauth2(oauth2: Oauth2Config): string | undefined {
  const { clientSecret, clientSecretFile, clientSecretRef, grantType } = oauth2;
  if (grantType === jwtBearer) {
    return `oauth2 grant type "${jwtBearer}" is not supported; use client_credentials`;
  }
  if (countSet(clientSecret, clientSecretFile, clientSecretRef) > 1) {
    return "at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using grant-type=client_credentials";
  }
  return clientSecretRef === "" ? undefined : noSecretStore;
}

const headerType = struct("config.Header", {
  values: field("values", list(text)),
  secrets: field("secrets", list(secret, { goType: "[]config.Secret" })),
  files: field("files", list(path)),
});
export type HeaderValues = typeof headerType.zero;

const httpParts = {
  basicAuth: field("basic_auth", optional(basicAuthType)),
  authorization: field("authorization", optional(authorizationType)),
  oauth2: field("oauth2", optional(oauth2Type)),
  bearerToken: field("bearer_token", secret),
  bearerTokenFile: field("bearer_token_file", path),
  tls: field("tls_config", tlsConfigType),
  followRedirects: shownField("follow_redirects", bool, true),
  enableHttp2: shownField("enable_http2", bool, true),
  ...proxyParts,
  headers: field("http_headers", optional(mapOf(headerType, "config.Headers"))),
} as const;
export type HttpClientConfig = ValueOf<typeof httpParts>;

/** How requests are sent: credentials, TLS, proxies, headers. Most have it inline. */
export const httpClientType: StructType<HttpClientConfig> = struct("config.plain", httpParts, {
  check: checkHttpClient,
  fill: fillHttpClient,
});

/** A client that was not configured. */
export const httpClientDefaults: HttpClientConfig = httpClientType.initial;

/** The same for remote write, which speaks HTTP/1.1 unless it is told otherwise. */
export const http1ClientType: StructType<HttpClientConfig> = struct("config.plain", {
  ...httpParts,
  enableHttp2: shownField("enable_http2", bool, false),
});

/** What is wrong with the combination of options, in the order in which upstream looks. */
export function checkHttpClient(http: HttpClientConfig): string | undefined {
  return (
    bearerProblem(http) ??
    basicAuthProblem(http.basicAuth) ??
    authorizationProblem(http) ??
    oauth2Problem(http) ??
    proxyProblem(http) ??
    headersProblem(http.headers)
  );
}

function bearerProblem(http: HttpClientConfig): string | undefined {
  const bearerCount = countSet(http.bearerToken, http.bearerTokenFile);
  if (bearerCount > 1) return "at most one of bearer_token & bearer_token_file must be configured";
  if (bearerCount === 0) return undefined;
  if (http.basicAuth !== undefined || http.oauth2 !== undefined) {
    return "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured";
  }
  return http.authorization === undefined
    ? undefined
    : "authorization is not compatible with bearer_token & bearer_token_file";
}

function basicAuthProblem(basic: BasicAuth | undefined): string | undefined {
  if (basic === undefined) return undefined;
  if (countSet(basic.username, basic.usernameFile, basic.usernameRef) > 1) {
    return "at most one of basic_auth username, username_file & username_ref must be configured";
  }
  if (countSet(basic.password, basic.passwordFile, basic.passwordRef) > 1) {
    return "at most one of basic_auth password, password_file & password_ref must be configured";
  }
  return countSet(basic.usernameRef, basic.passwordRef) > 0 ? noSecretStore : undefined;
}

function authorizationProblem(http: HttpClientConfig): string | undefined {
  const { authorization } = http;
  if (authorization === undefined) return undefined;
  const { credentials, credentialsFile, credentialsRef } = authorization;
  if (countSet(credentials, credentialsFile, credentialsRef) > 1) {
    return "at most one of authorization credentials & credentials_file must be configured";
  }
  if (authorization.type.trim().toLowerCase() === "basic") {
    return 'authorization type cannot be set to "basic", use "basic_auth" instead';
  }
  if (http.basicAuth !== undefined || http.oauth2 !== undefined) {
    return "at most one of basic_auth, oauth2 & authorization must be configured";
  }
  return credentialsRef === "" ? undefined : noSecretStore;
}

function oauth2Problem({ basicAuth, oauth2 }: HttpClientConfig): string | undefined {
  if (oauth2 === undefined) return undefined;
  if (basicAuth !== undefined) {
    return "at most one of basic_auth, oauth2 & authorization must be configured";
  }
  if (oauth2.clientId === "") return "oauth2 client_id must be configured";
  if (oauth2.tokenUrl === "") return "oauth2 token_url must be configured";
  return undefined;
}

function proxyProblem(proxy: ProxyConfig): string | undefined {
  const hasUrl = proxy.proxyUrl !== "";
  if (proxy.proxyConnectHeader.size > 0 && !proxy.proxyFromEnvironment && !hasUrl) {
    return "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured";
  }
  if (proxy.proxyFromEnvironment && hasUrl) {
    return "if proxy_from_environment is configured, proxy_url must not be configured";
  }
  if (proxy.proxyFromEnvironment && proxy.noProxy !== "") {
    return "if proxy_from_environment is configured, no_proxy must not be configured";
  }
  if (!hasUrl && proxy.noProxy !== "") {
    return "if no_proxy is configured, proxy_url must also be configured";
  }
  return undefined;
}

/** Headers that we set ourselves. */
const ownHeaders: ReadonlySet<string> = new Set([
  "Authorization",
  "Host",
  "Content-Encoding",
  "Content-Length",
  "Content-Type",
  "User-Agent",
  "Connection",
  "Keep-Alive",
  "Proxy-Authenticate",
  "Proxy-Authorization",
  "Www-Authenticate",
  "Accept-Encoding",
  "X-Prometheus-Remote-Write-Version",
  "X-Prometheus-Remote-Read-Version",
  "X-Prometheus-Scrape-Timeout-Seconds",
  "X-Amz-Date",
  "X-Amz-Security-Token",
  "X-Amz-Content-Sha256",
]);

function headersProblem(
  headers: ReadonlyMap<string, HeaderValues> | undefined,
): string | undefined {
  for (const name of headers?.keys() ?? []) {
    const canonical = name
      .toLowerCase()
      .replace(/(?:^|-)[a-z]/g, (initial) => initial.toUpperCase());
    if (ownHeaders.has(canonical)) return `setting header "${canonical}" is not allowed`;
  }
  return undefined;
}

/** Turns the older ways to give a bearer token into the newer one. */
export function fillHttpClient(http: HttpClientConfig): HttpClientConfig {
  const { authorization, bearerToken, bearerTokenFile } = http;
  if (authorization !== undefined) {
    const type = authorization.type.trim();
    return { ...http, authorization: { ...authorization, type: type === "" ? "Bearer" : type } };
  }
  if (bearerToken.isEmpty && bearerTokenFile === "") return http;
  const bearer: Authorization = {
    type: "Bearer",
    credentials: bearerToken,
    credentialsFile: bearerTokenFile,
    credentialsRef: "",
  };
  return { ...http, authorization: bearer, bearerToken: noSecret, bearerTokenFile: "" };
}

function countSet(...values: readonly (string | Secret)[]): number {
  return values.filter((value) => (typeof value === "string" ? value !== "" : !value.isEmpty))
    .length;
}
