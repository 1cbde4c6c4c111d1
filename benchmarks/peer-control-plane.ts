/** The programs that the API server is measured beside: etcd, and a kube-apiserver in front of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import path from "node:path";
import { freePort } from "../test/e2e/prometheus.ts";

export interface PeerServer extends AsyncDisposable {
  readonly origin: string;
}

/** An API server, and how to speak to it as one who may do everything. */
export interface PeerApi extends PeerServer {
  readonly authorization: string;
}

const patienceMs = 60_000;

/** Debian's etcd on an empty directory. */
export async function startEtcd(directory: string): Promise<PeerServer> {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    "etcd",
    [
      `--listen-client-urls=${origin}`,
      `--advertise-client-urls=${origin}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--data-dir=${directory}`,
      `--initial-cluster=default=${peer}`,
      `--quota-backend-bytes=${4 * 2 ** 30}`,
      "--log-level=error",
    ],
    { stdio: "ignore" },
  );
  await answers("etcd", child, () =>
    fetch(`${origin}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return { origin, [Symbol.asyncDispose]: () => ended(child) };
}

/**
 * A kube-apiserver in front of an etcd, as a cluster's: with authorization by roles and its own
 * admission, but for service accounts, which other programs make.
 */
export async function startKubeApiserver(
  program: string,
  etcd: PeerServer,
  directory: string,
): Promise<PeerApi> {
  mkdirSync(directory, { recursive: true });
  const file = (name: string) => path.join(directory, name);
  const token = randomUUID();
  writeFileSync(file("tokens.csv"), `${token},bench,bench,"system:masters"\n`, { mode: 0o600 });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  writeFileSync(file("accounts.key"), key, { mode: 0o600 });
  const port = await freePort();
  const child = spawn(
    program,
    [
      `--etcd-servers=${etcd.origin}`,
      `--cert-dir=${directory}`,
      `--token-auth-file=${file("tokens.csv")}`,
      `--service-account-key-file=${file("accounts.key")}`,
      `--service-account-signing-key-file=${file("accounts.key")}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      "--service-cluster-ip-range=10.43.0.0/16",
      "--authorization-mode=Node,RBAC",
      "--disable-admission-plugins=ServiceAccount",
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${port}`,
    ],
    { stdio: "ignore" },
  );
  const origin = `https://127.0.0.1:${port}`;
  const authorization = `Bearer ${token}`;
  const isThere = async (target: string) =>
    (await statusOf(origin + target, authorization)) === 200;
  await answers("kube-apiserver", child, () => isThere("/readyz"));
  await answers("the default namespace", child, () => isThere("/api/v1/namespaces/default"));
  return { origin, authorization, [Symbol.asyncDispose]: () => ended(child) };
}

/** Its certificate is of its own making. */
function statusOf(url: string, authorization: string): Promise<number> {
  return new Promise((resolve) => {
    const options = { headers: { authorization }, rejectUnauthorized: false };
    const asked = request(url, options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", () => resolve(0));
    asked.end();
  });
}

async function answers(
  what: string,
  child: ChildProcess,
  isUp: () => Promise<boolean>,
): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (performance.now() < endMs && child.exitCode === null) {
    if (await isUp()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await ended(child);
  throw new Error(`${what} does not answer`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
