/** A registry on loopback that gives away one image, to those who know the password. */
import { createServer } from "node:http";
import type { TestContext } from "node:test";

export interface Registry {
  /** `127.0.0.1:41234`, as image references and `hosts.toml` name it. */
  readonly host: string;
  /** What was asked for, with the status of the answer. */
  readonly requests: readonly string[];
}

/** @param archive an OCI layout as one tar file, by its files' paths */
export async function startRegistry(
  t: TestContext,
  archive: ReadonlyMap<string, Uint8Array>,
  credentials: string,
): Promise<Registry> {
  const requests: string[] = [];
  const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  const server = createServer((request, response) => {
    const answer = (status: number, headers: Record<string, string>, body?: Uint8Array) => {
      requests.push(`${request.method} ${request.url} ${status}`);
      response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
    };
    if (request.headers.authorization !== authorization) {
      answer(401, { "www-authenticate": 'Basic realm="test"' });
      return;
    }
    const found = findContent(archive, request.url ?? "");
    if (found === undefined) answer(404, {});
    else {
      const { bytes, type, digest } = found;
      const headers = { "content-type": type, "docker-content-digest": digest };
      answer(200, { ...headers, "content-length": String(bytes.length) }, bytes);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { host: `127.0.0.1:${address.port}`, requests };
}

function findContent(archive: ReadonlyMap<string, Uint8Array>, url: string) {
  const manifestType = "application/vnd.oci.image.manifest.v1+json";
  const index = JSON.parse(Buffer.from(archive.get("index.json") ?? []).toString());
  const manifestDigest: string = index.manifests[0].digest;
  const isManifest = url.includes("/manifests/");
  const name = url.slice(url.lastIndexOf("/") + 1);
  const digest = name === "1" ? manifestDigest : name;
  const bytes = archive.get(`blobs/${digest.replace(":", "/")}`);
  if (bytes === undefined || (!isManifest && name === "1")) return undefined;
  return { bytes, digest, type: isManifest ? manifestType : "application/octet-stream" };
}
