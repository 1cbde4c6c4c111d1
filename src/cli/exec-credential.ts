/**
 * Credentials from a program that the kubeconfig names, as EKS, GKE and AKS have them. The protocol is
 * `client.authentication.k8s.io`: the program is told about the cluster in a variable, and prints an
 * ExecCredential.
 */
import type { ClientIdentity, Processes } from "#base";
import { type KubeconfigEntry, listOf, mappingOf, textOf } from "./kubeconfig-context.ts";

export interface ExecCredential {
  readonly token: string | undefined;
  readonly identity: ClientIdentity | undefined;
  /** Undefined when it holds for as long as the command runs. */
  readonly expiresAtMs: number | undefined;
}

export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  /** What to do when the program is not there. */
  readonly installHint: string | undefined;
}

const apiGroup = "client.authentication.k8s.io";

const apiVersions = [`${apiGroup}/v1`, `${apiGroup}/v1beta1`];

/** A person may have to sign in with a browser meanwhile. */
const pluginMsMax = 120_000;

/** How a user's `exec` is to be run, for the given cluster. */
export function execPluginOf(user: KubeconfigEntry, cluster: KubeconfigEntry): ExecPlugin {
  const exec = mappingOf(user.fields["exec"], "exec");
  const command = textOf(exec["command"]);
  const apiVersion = textOf(exec["apiVersion"]) ?? "";
  if (command === undefined) throw new Error("kubeconfig: exec has no command");
  if (!apiVersions.includes(apiVersion)) {
    throw new Error(`kubeconfig: exec: apiVersion is "${apiVersion}", not ${apiVersions[0]}`);
  }
  if (exec["interactiveMode"] === "Always") {
    throw new Error(`kubeconfig: exec: "${command}" wants to ask on the terminal itself`);
  }
  const told = {
    apiVersion,
    kind: "ExecCredential",
    spec: {
      interactive: false,
      ...(exec["provideClusterInfo"] === true ? { cluster: clusterFacts(cluster) } : {}),
    },
  };
  const given = listOf(exec["env"]).map(({ name, value }) => [String(name), String(value)]);
  const isRelative = command.includes("/") && !command.startsWith("/");
  return {
    command: isRelative ? `${user.directory}/${command}` : command,
    args: Array.isArray(exec["args"]) ? exec["args"].map(String) : [],
    env: { ...Object.fromEntries(given), KUBERNETES_EXEC_INFO: JSON.stringify(told) },
    apiVersion,
    installHint: textOf(exec["installHint"]),
  };
}

function clusterFacts({ fields }: KubeconfigEntry) {
  return {
    server: fields["server"],
    "tls-server-name": fields["tls-server-name"],
    "insecure-skip-tls-verify": fields["insecure-skip-tls-verify"],
    "certificate-authority-data": fields["certificate-authority-data"],
    "proxy-url": fields["proxy-url"],
    config: extensionOf(fields["extensions"]),
  };
}

/** What the cluster's entry has for such programs. */
function extensionOf(extensions: unknown): unknown {
  return listOf(extensions).find(({ name }) => name === `${apiGroup}/exec`)?.["extension"];
}

export async function runExecPlugin(
  processes: Processes,
  plugin: ExecPlugin,
  signal: AbortSignal,
): Promise<ExecCredential> {
  const { command, args, env } = plugin;
  try {
    const ended = await processes.run(command, args, { env, timeoutMs: pluginMsMax, signal });
    if (ended.exitCode === 0) return parseExecCredential(ended.stdout, plugin);
    const said = ended.stderr.trim().slice(-500);
    throw new Error(`exit status ${ended.exitCode}${said === "" ? "" : `: ${said}`}`);
  } catch (error) {
    const hint = plugin.installHint === undefined ? "" : `\n${plugin.installHint}`;
    throw new Error(`getting credentials from ${command}${hint}`, { cause: error });
  }
}

/** What the program printed. Throws when it is no credential. */
export function parseExecCredential(
  text: string,
  { apiVersion }: Pick<ExecPlugin, "apiVersion">,
): ExecCredential {
  const printed = mappingOf(JSON.parse(text), "ExecCredential");
  if (printed["kind"] !== "ExecCredential" || printed["apiVersion"] !== apiVersion) {
    throw new Error(`it printed no ExecCredential of ${apiVersion}`);
  }
  const status = mappingOf(printed["status"] ?? {}, "status");
  const certificate = textOf(status["clientCertificateData"]);
  const key = textOf(status["clientKeyData"]);
  const expires = textOf(status["expirationTimestamp"]);
  const token = textOf(status["token"]);
  const identity =
    certificate === undefined || key === undefined ? undefined : { certificate, key };
  if (token === undefined && identity === undefined) {
    throw new Error("it gave neither a token nor a client certificate with its key");
  }
  return { token, identity, expiresAtMs: expires === undefined ? undefined : Date.parse(expires) };
}
