/** From a context of a kubeconfig to a way to its API server, with any of its kinds of credentials. */
import type { ClientIdentity, ClientTls, Clock, Disk, Headers, HttpTunnel, Processes } from "#base";
import type { ApiEndpoint } from "./command.ts";
import { type ExecCredential, execPluginOf, runExecPlugin } from "./exec-credential.ts";
import {
  type KubeconfigContext,
  type KubeconfigEntry,
  mappingOf,
  textOf,
} from "./kubeconfig-context.ts";

export interface EndpointDeps {
  readonly disk: Pick<Disk, "readFile">;
  readonly processes: Processes;
  readonly clock: Pick<Clock, "nowMs">;
  readonly signal: AbortSignal;
}

/** A credential is asked for anew so long before it expires. */
const earlyMs = 10_000;

/** Reads what the context refers to, and runs its credential program where it has one. */
export async function openEndpoint(
  deps: EndpointDeps,
  { cluster, user }: KubeconfigContext,
): Promise<ApiEndpoint> {
  const server = textOf(cluster.fields["server"]);
  if (server === undefined || !/^https?:\/\//.test(server) || !URL.canParse(server)) {
    throw new Error(`kubeconfig: the cluster's server is no URL: "${server ?? ""}"`);
  }
  const trust = {
    authorities: await readPem(deps, cluster, "certificate-authority"),
    verification: cluster.fields["insecure-skip-tls-verify"] === true ? "none" : "full",
    serverName: textOf(cluster.fields["tls-server-name"]),
  } as const;
  const credentials = await openCredentials(deps, user, cluster);
  let tls: ClientTls = { ...trust, identity: credentials.identity() };
  const asked = impersonation(user);
  return {
    server,
    tls: server.startsWith("http:")
      ? "plain"
      : () => {
          const identity = credentials.identity();
          if (identity !== tls.identity) tls = { ...trust, identity };
          return tls;
        },
    headers: async () => ({ ...asked, ...(await credentials.headers()) }),
    tunnel: tunnelOf(textOf(cluster.fields["proxy-url"])),
  };
}

interface Credentials {
  identity(): ClientIdentity | undefined;
  headers(): Promise<Headers>;
}

async function openCredentials(
  deps: EndpointDeps,
  user: KubeconfigEntry,
  cluster: KubeconfigEntry,
): Promise<Credentials> {
  if (user.fields["auth-provider"] !== undefined) {
    throw new Error(
      "kubeconfig: auth-provider is not supported; use exec with a credential plugin",
    );
  }
  if (user.fields["exec"] !== undefined && user.fields["exec"] !== null) {
    return execCredentials(deps, user, cluster);
  }
  const certificate = await readPem(deps, user, "client-certificate");
  const key = await readPem(deps, user, "client-key");
  const identity =
    certificate === undefined || key === undefined ? undefined : { certificate, key };
  const tokenFile = pathIn(user, "tokenFile");
  return {
    identity: () => identity,
    headers: async () => {
      // The file wins, and is read each time: whoever wrote it renews it.
      if (tokenFile !== undefined) return bearer(await readText(deps, tokenFile));
      return fixedHeaders(user);
    },
  };
}

function fixedHeaders({ fields }: KubeconfigEntry): Headers {
  const token = textOf(fields["token"]);
  if (token !== undefined) return bearer(token);
  const name = textOf(fields["username"]);
  const password = textOf(fields["password"]) ?? "";
  if (name === undefined) return {};
  const bytes = new TextEncoder().encode(`${name}:${password}`);
  return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

async function execCredentials(
  { processes, clock, signal }: EndpointDeps,
  user: KubeconfigEntry,
  cluster: KubeconfigEntry,
): Promise<Credentials> {
  const plugin = execPluginOf(user, cluster);
  let current: ExecCredential = await runExecPlugin(processes, plugin, signal);
  let renewal: Promise<ExecCredential> | undefined;
  const renewed = async () => {
    const { expiresAtMs } = current;
    if (expiresAtMs === undefined || clock.nowMs() < expiresAtMs - earlyMs) return current;
    // Requests that come meanwhile wait for the same run.
    renewal ??= runExecPlugin(processes, plugin, signal).finally(() => {
      renewal = undefined;
    });
    current = await renewal;
    return current;
  };
  return {
    identity: () => current.identity,
    headers: async () => {
      const { token } = await renewed();
      return token === undefined ? {} : bearer(token);
    },
  };
}

function bearer(token: string): Headers {
  return { authorization: `Bearer ${token.trim()}` };
}

/** Whom the user acts as. */
function impersonation({ fields }: KubeconfigEntry): Headers {
  const name = textOf(fields["as"]);
  if (name === undefined) return {};
  const groups = Array.isArray(fields["as-groups"]) ? fields["as-groups"].map(String) : [];
  const uid = textOf(fields["as-uid"]);
  const extra = Object.entries(mappingOf(fields["as-user-extra"] ?? {}, "as-user-extra"));
  return {
    "impersonate-user": name,
    ...(groups.length > 0 ? { "impersonate-group": groups } : {}),
    ...(uid === undefined ? {} : { "impersonate-uid": uid }),
    ...Object.fromEntries(
      extra.map(([key, value]) => [
        `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
        Array.isArray(value) ? value.map(String) : String(value),
      ]),
    ),
  };
}

function tunnelOf(url: string | undefined): HttpTunnel | undefined {
  if (url === undefined) return undefined;
  const { protocol, hostname, port, username, password } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") {
    throw new Error(`kubeconfig: proxies of ${protocol}// are not supported, only http and https`);
  }
  const words = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const tls: ClientTls = {
    authorities: undefined,
    verification: "full",
    serverName: undefined,
    identity: undefined,
  };
  return {
    host: hostname,
    port: Number(port || (protocol === "http:" ? 80 : 443)),
    tls: protocol === "http:" ? "plain" : tls,
    headers: username === "" ? {} : { "proxy-authorization": `Basic ${btoa(words)}` },
  };
}

/** PEM from `<field>-data`, or from the file that `<field>` names. */
async function readPem(
  deps: EndpointDeps,
  entry: KubeconfigEntry,
  field: string,
): Promise<string | undefined> {
  const inline = textOf(entry.fields[`${field}-data`]);
  if (inline !== undefined) return atob(inline);
  const path = pathIn(entry, field);
  return path === undefined ? undefined : readText(deps, path);
}

async function readText({ disk }: EndpointDeps, path: string): Promise<string> {
  return new TextDecoder().decode(await disk.readFile(path));
}

function pathIn({ fields, directory }: KubeconfigEntry, field: string): string | undefined {
  const path = textOf(fields[field]);
  return path === undefined || path.startsWith("/") ? path : `${directory}/${path}`;
}
