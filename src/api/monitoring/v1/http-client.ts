/** How Prometheus talks to what it scrapes: credentials, TLS, proxies. */

import { configMapKeySelector, secretKeySelector } from "../../core/v1/container.ts";
import {
  boolean,
  field,
  limited,
  listOf,
  mapOf,
  oneOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { type } from "./package.ts";
import { httpUrl } from "./text.ts";

export const secretOrConfigMap = type(
  "SecretOrConfigMap",
  "An entry of a Secret or of a ConfigMap, not of both.",
  {
    secret: field(secretKeySelector, "The entry of a Secret."),
    configMap: field(configMapKeySelector, "The entry of a ConfigMap."),
  },
);
export interface SecretOrConfigMap extends TypeOf<typeof secretOrConfigMap> {}

/** Fields that stand beside others wherever a client can be told to go through a proxy. */
export const proxyFields = {
  proxyUrl: field(
    limited(string, { pattern: "^(http|https|socks5)://.+$" }),
    "URL of the proxy to go through.",
  ),
  noProxy: field(string, "Hosts, domains and networks that are reached without the proxy."),
  proxyFromEnvironment: field(boolean, "Take the proxy from HTTP_PROXY, HTTPS_PROXY and NO_PROXY."),
  proxyConnectHeader: field(
    mapOf(listOf(secretKeySelector), "atomic"),
    "Headers that are sent to the proxy with CONNECT.",
  ),
};

const tlsVersion = oneOf("TLS10", "TLS11", "TLS12", "TLS13");

const safeTlsFields = {
  ca: field(secretOrConfigMap, "Authority that the server's certificate must be of."),
  cert: field(secretOrConfigMap, "Certificate that the client shows."),
  keySecret: field(secretKeySelector, "Key of the client's certificate."),
  serverName: field(string, "Name that the server's certificate must be for."),
  insecureSkipVerify: field(boolean, "Trust any certificate."),
  minVersion: field(tlsVersion, "Oldest acceptable version of TLS."),
  maxVersion: field(tlsVersion, "Newest acceptable version of TLS."),
};

export const safeTlsConfig = type(
  "SafeTLSConfig",
  "TLS, with everything from Secrets and ConfigMaps.",
  safeTlsFields,
);
export interface SafeTlsConfig extends TypeOf<typeof safeTlsConfig> {}

export const tlsConfig = type("TLSConfig", "TLS, also with files of Prometheus' own machine.", {
  ...safeTlsFields,
  caFile: field(string, "File with the authority."),
  certFile: field(string, "File with the client's certificate."),
  keyFile: field(string, "File with the key of the client's certificate."),
});
export interface TlsConfig extends TypeOf<typeof tlsConfig> {}

export const basicAuth = type("BasicAuth", "A user name and a password.", {
  username: field(secretKeySelector, "The user name."),
  password: field(secretKeySelector, "The password."),
});
export interface BasicAuth extends TypeOf<typeof basicAuth> {}

export const safeAuthorization = type("SafeAuthorization", "The Authorization header.", {
  type: field(string, "Type of the credentials; Bearer unless it says otherwise, never Basic."),
  credentials: field(secretKeySelector, "The credentials."),
});
export interface SafeAuthorization extends TypeOf<typeof safeAuthorization> {}

export const oauth2 = type("OAuth2", "A token that is fetched with a client's credentials.", {
  clientId: field(secretOrConfigMap, "Id of the client.").required(),
  clientSecret: field(secretKeySelector, "Secret of the client.").required(),
  tokenUrl: field(httpUrl, "Where tokens are fetched.").required(),
  scopes: field(listOf(string), "What the token is asked for."),
  endpointParams: field(mapOf(string), "Parameters that are sent along when a token is fetched."),
  tlsConfig: field(safeTlsConfig, "TLS towards the server that gives tokens."),
  ...proxyFields,
});
export interface Oauth2 extends TypeOf<typeof oauth2> {}

/** What every client of the group's kinds can be told, TLS aside. */
export const httpClientFields = {
  authorization: field(safeAuthorization, "Credentials of the Authorization header."),
  basicAuth: field(basicAuth, "User name and password."),
  oauth2: field(oauth2, "Token of an OAuth 2 server."),
  bearerTokenSecret: field(secretKeySelector, "Bearer token; `authorization` is preferred."),
  followRedirects: field(boolean, "Go where the server redirects to; true unless said otherwise."),
  enableHttp2: field(boolean, "Whether HTTP/2 may be spoken."),
};
