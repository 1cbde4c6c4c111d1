/** The current context of a kubeconfig, as options of HTTP. */
import {
  ConfigError,
  type HttpClientConfig,
  httpClientDefaults,
  readYaml,
  Secret,
  type YamlNode,
} from "#promconfig";

export interface KubeconfigAccess {
  readonly server: string;
  readonly http: HttpClientConfig;
}

/** Throws a `ConfigError` when it names no server or wants a login that needs a program. */
export function parseKubeconfig(text: string, path: string): KubeconfigAccess {
  const root = readYaml(text);
  const context = entryOf(root, "contexts", textOf(root, "current-context"));
  const cluster = memberOf(
    entryOf(root, "clusters", textOf(memberOf(context, "context"), "cluster")),
    "cluster",
  );
  const user = memberOf(
    entryOf(root, "users", textOf(memberOf(context, "context"), "user")),
    "user",
  );
  const server = textOf(cluster, "server");
  if (server === "") throw new ConfigError(`kubeconfig ${path} names no server`, { file: path });
  for (const login of ["exec", "auth-provider"]) {
    if (memberOf(user, login) === undefined) continue;
    throw new ConfigError(`kubeconfig ${path} uses ${login}, which is not supported`, {
      file: path,
    });
  }
  return { server, http: httpOf(cluster, user, path.replace(/[^/]*$/, "")) };
}

function httpOf(
  cluster: YamlNode | undefined,
  user: YamlNode | undefined,
  directory: string,
): HttpClientConfig {
  const pathAt = (node: YamlNode | undefined, key: string) => {
    const path = textOf(node, key);
    return path === "" || path.startsWith("/") ? path : directory + path;
  };
  const token = textOf(user, "token");
  const tokenFile = pathAt(user, "tokenFile");
  const username = textOf(user, "username");
  return {
    ...httpClientDefaults,
    tls: {
      ...httpClientDefaults.tls,
      ca: decoded(textOf(cluster, "certificate-authority-data")),
      caFile: pathAt(cluster, "certificate-authority"),
      certificate: decoded(textOf(user, "client-certificate-data")),
      certificateFile: pathAt(user, "client-certificate"),
      key: new Secret(decoded(textOf(user, "client-key-data"))),
      keyFile: pathAt(user, "client-key"),
      serverName: textOf(cluster, "tls-server-name"),
      insecureSkipVerify: textOf(cluster, "insecure-skip-tls-verify") === "true",
    },
    authorization:
      token === "" && tokenFile === ""
        ? undefined
        : {
            type: "Bearer",
            credentials: new Secret(token),
            credentialsFile: token === "" ? tokenFile : "",
            credentialsRef: "",
          },
    basicAuth:
      username === ""
        ? undefined
        : {
            username,
            usernameFile: "",
            usernameRef: "",
            password: new Secret(textOf(user, "password")),
            passwordFile: "",
            passwordRef: "",
          },
    proxyUrl: textOf(cluster, "proxy-url"),
  };
}

function decoded(base64: string): string {
  return base64 === "" ? "" : atob(base64);
}

function memberOf(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node?.kind !== "map") return undefined;
  return node.entries.find((entry) => entry.key.text === key)?.value;
}

function textOf(node: YamlNode | undefined, key: string): string {
  const member = memberOf(node, key);
  return member?.kind === "scalar" ? member.text : "";
}

function entryOf(root: YamlNode | undefined, section: string, name: string): YamlNode | undefined {
  const list = memberOf(root, section);
  if (list?.kind !== "list") return undefined;
  return list.items.find((item) => textOf(item, "name") === name);
}
