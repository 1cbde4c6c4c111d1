/** How targets are reached: the objects' options as those of Prometheus' configuration file. */

import type { JsonObject } from "#api";
import type {
  BasicAuth,
  Oauth2,
  SafeAuthorization,
  SafeTlsConfig,
  SecretOrConfigMap,
  TlsConfig,
} from "#api/monitoring/v1";
import { type Entries, type EntrySelector, secretOrConfigMapText, secretText } from "./entries.ts";
import { InvalidObjectError, within } from "./refusal.ts";

interface ProxyOptions {
  readonly proxyUrl?: string | undefined;
  readonly noProxy?: string | undefined;
  readonly proxyFromEnvironment?: boolean | undefined;
  readonly proxyConnectHeader?:
    | { readonly [name: string]: readonly EntrySelector[] | undefined }
    | undefined;
}

/** Everything that a kind may say of its client; those that know less leave it out. */
export interface ClientOptions extends ProxyOptions {
  readonly authorization?: SafeAuthorization | undefined;
  readonly basicAuth?: BasicAuth | undefined;
  readonly oauth2?: Oauth2 | undefined;
  readonly bearerTokenSecret?: EntrySelector | undefined;
  readonly bearerTokenFile?: string | undefined;
  readonly tlsConfig?: TlsConfig | SafeTlsConfig | undefined;
  readonly followRedirects?: boolean | undefined;
  readonly enableHttp2?: boolean | undefined;
}

/**
 * The files that a Prometheus in a pod has of its service account, and that monitors of the cluster's
 * own parts name. They stand for whoever scrapes, so they are the identity of the engine here, which
 * shows a certificate in place of a token: no target can use it elsewhere.
 */
const accountFiles = {
  token: "/var/run/secrets/kubernetes.io/serviceaccount/token",
  ca: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
} as const;

/** The client's part of a section, secrets in plain text. Throws `InvalidObjectError`. */
export function clientSection(entries: Entries, options: ClientOptions): JsonObject {
  refuseFiles(options);
  refuseTwoCredentials(options);
  const { authorization, basicAuth, oauth2, bearerTokenSecret } = options;
  const isAccount = options.bearerTokenFile === accountFiles.token;
  const tlsConfig = options.tlsConfig ?? (isAccount ? {} : undefined);
  return {
    ...(options.followRedirects === undefined ? {} : { follow_redirects: options.followRedirects }),
    ...(options.enableHttp2 === undefined ? {} : { enable_http2: options.enableHttp2 }),
    ...proxySection(entries, options),
    ...present("oauth2", oauth2, (one) => oauth2Section(entries, one)),
    ...present("tls_config", tlsConfig, (one) =>
      within("tlsConfig", () => ({
        ...tlsSection(entries, one),
        ...accountSection(entries, one, isAccount),
      })),
    ),
    ...present("bearer_token", named(bearerTokenSecret), (one) =>
      within("bearerTokenSecret", () => secretText(entries, one).trim()),
    ),
    ...present("basic_auth", basicAuth, (one) =>
      within("basicAuth", () => basicAuthSection(entries, one)),
    ),
    ...present("authorization", authorization, (one) =>
      within("authorization", () => authorizationSection(entries, one)),
    ),
  };
}

function present<T>(
  name: string,
  value: T | undefined,
  section: (value: T) => JsonObject | string,
): JsonObject {
  return value === undefined ? {} : { [name]: section(value) };
}

/** A reference without a name is none. */
function named(selector: EntrySelector | undefined): EntrySelector | undefined {
  return (selector?.name ?? "") === "" ? undefined : selector;
}

/** Objects of any namespace must not read the files of the machine that scrapes. */
function refuseFiles({ bearerTokenFile, tlsConfig = {} }: ClientOptions): void {
  const prohibited = (what: string) =>
    new InvalidObjectError(
      `it accesses file system via ${what} which Prometheus specification prohibits`,
    );
  if (!["", accountFiles.token].includes(bearerTokenFile ?? "")) {
    throw prohibited("bearer token file");
  }
  const { caFile = "", certFile = "", keyFile = "" }: TlsConfig = tlsConfig;
  const isOthers = !["", accountFiles.ca].includes(caFile);
  if (isOthers || certFile !== "" || keyFile !== "") throw prohibited("tls config");
}

/** What the account's files stand for. A certificate of the object's own comes first. */
function accountSection(
  { identity }: Entries,
  tls: TlsConfig | SafeTlsConfig,
  isAccount: boolean,
): JsonObject {
  const { caFile, cert }: TlsConfig = tls;
  return {
    ...(caFile === accountFiles.ca ? { ca_file: identity.caFile } : {}),
    ...(isAccount && !isGiven(cert)
      ? { cert_file: identity.certFile, key_file: identity.keyFile }
      : {}),
  };
}

function refuseTwoCredentials(options: ClientOptions): void {
  const ways = ["authorization", "basicAuth", "bearerTokenSecret", "oauth2"] as const;
  const used = ways.filter((way) => options[way] !== undefined);
  if (used.length < 2) return;
  throw new InvalidObjectError(`${used[0]} and ${used[1]} cannot be configured at the same time`);
}

function authorizationSection(
  entries: Entries,
  { type = "", credentials }: SafeAuthorization,
): JsonObject {
  const kind = type.trim() === "" ? "Bearer" : type.trim();
  if (kind.toLowerCase() === "basic") {
    throw new InvalidObjectError(
      'authorization type cannot be set to "basic", use "basic_auth" instead',
    );
  }
  return {
    type: kind,
    ...present("credentials", credentials, (one) => secretText(entries, one).trim()),
  };
}

function basicAuthSection(entries: Entries, { username, password }: BasicAuth): JsonObject {
  return {
    ...present("username", named(username), (one) => secretText(entries, one)),
    ...present("password", named(password), (one) => secretText(entries, one)),
  };
}

function oauth2Section(entries: Entries, oauth2: Oauth2): JsonObject {
  const { clientId, clientSecret, tokenUrl, scopes = [], endpointParams = {}, tlsConfig } = oauth2;
  return within("oauth2", () => ({
    client_id: secretOrConfigMapText(entries, clientId),
    client_secret: secretText(entries, clientSecret),
    token_url: tokenUrl,
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(Object.keys(endpointParams).length === 0 ? {} : { endpoint_params: endpointParams }),
    ...proxySection(entries, oauth2),
    ...present("tls_config", tlsConfig, (one) => tlsSection(entries, one)),
  }));
}

function tlsSection(entries: Entries, tls: SafeTlsConfig): JsonObject {
  const { ca, cert, keySecret, serverName = "", insecureSkipVerify } = tls;
  if (isGiven(cert) !== (keySecret !== undefined)) {
    const [there, missing] = keySecret === undefined ? ["cert", "key"] : ["key", "cert"];
    throw new InvalidObjectError(`client ${there} specified without client ${missing}`);
  }
  return {
    ...(insecureSkipVerify === undefined ? {} : { insecure_skip_verify: insecureSkipVerify }),
    ...(isGiven(ca) ? { ca: secretOrConfigMapText(entries, ca) } : {}),
    ...(isGiven(cert) ? { cert: secretOrConfigMapText(entries, cert) } : {}),
    ...present("key", keySecret, (one) => secretText(entries, one)),
    ...(serverName === "" ? {} : { server_name: serverName }),
    ...(tls.minVersion === undefined ? {} : { min_version: tls.minVersion }),
    ...(tls.maxVersion === undefined ? {} : { max_version: tls.maxVersion }),
  };
}

function isGiven(entry: SecretOrConfigMap | undefined): entry is SecretOrConfigMap {
  return entry?.secret !== undefined || entry?.configMap !== undefined;
}

/** The proxy's part of a section. */
export function proxySection(entries: Entries, proxy: ProxyOptions): JsonObject {
  const { proxyUrl, noProxy, proxyFromEnvironment, proxyConnectHeader } = proxy;
  return {
    ...(proxyUrl === undefined ? {} : { proxy_url: proxyUrl }),
    ...(noProxy === undefined ? {} : { no_proxy: noProxy }),
    ...(proxyFromEnvironment === undefined ? {} : { proxy_from_environment: proxyFromEnvironment }),
    ...present("proxy_connect_header", proxyConnectHeader, (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, values = []]) => [
          name,
          values.map((value) => secretText(entries, value)),
        ]),
      ),
    ),
  };
}
