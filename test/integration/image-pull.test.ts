import assert from "node:assert/strict";
import { test } from "node:test";
import { directoryOf, fileOf } from "#base";
import { formatRegistryHosts, writeImageArchive } from "#agent";
import { realDisk } from "#host";
import { startContainerdNode, whyNoContainers } from "./containerd-node.ts";
import { startRegistry } from "./image-registry.ts";

const skip = whyNoContainers() ?? false;
const nobody = {
  username: "",
  password: "",
  serverAddress: "",
  identityToken: "",
  registryToken: "",
};

test("images are pulled from a registry without TLS, with a pull secret", { skip }, async (t) => {
  const files = filesOfTar(await archiveOf("registered"));
  const registry = await startRegistry(t, files, "robot:secret");
  const { runtime, directory, signal } = await startContainerdNode(t, "ours");
  const image = `${registry.host}/team/registered:1`;
  const hosts = formatRegistryHosts({ registry: registry.host, mirrors: [], plainHttp: true });
  const place = `${directory}/containerd/registries/${hosts.directory}`;
  await realDisk.makeDirectory(place);
  await realDisk.writeFile(`${place}/hosts.toml`, hosts.content);

  const pull = (credentials: typeof nobody | undefined, name = image) =>
    runtime.images.pull({ image: name, credentials, sandbox: undefined }, signal);
  await assert.rejects(pull(undefined), /rpc error: code = \w+ desc = .*401 Unauthorized/);
  const credentials = { ...nobody, username: "robot", password: "secret" };
  await assert.rejects(pull(credentials, `${registry.host}/team/registered:2`), {
    code: "notFound",
  });
  const reference = await pull(credentials);
  const found = await runtime.images.find(image, signal);
  assert.deepEqual([found?.id, found?.repoTags], [reference, [image]]);
  assert.match(found?.repoDigests[0] ?? "", /team\/registered@sha256:[0-9a-f]{64}$/);

  await runtime.images.remove(reference, signal);
  assert.equal(await runtime.images.find(image, signal), undefined);
});

async function archiveOf(name: string): Promise<Uint8Array> {
  return await writeImageArchive({
    references: [`docker.io/library/${name}:1`],
    architecture: "amd64",
    config: {
      entrypoint: ["/bin/true"],
      args: [],
      env: [],
      workingDir: "/",
      user: "",
      exposedPorts: [],
    },
    layers: [[directoryOf("etc"), fileOf("etc/motd", "hello\n")]],
  });
}

/** Reads back what we wrote: no long names, sizes in octal. */
function filesOfTar(tar: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (offset: number, length: number) =>
    Buffer.from(tar.subarray(offset, offset + length))
      .toString()
      .replace(/\0.*$/, "");
  for (let offset = 0; text(offset, 100) !== ""; ) {
    const bytes = Number.parseInt(text(offset + 124, 12), 8);
    files.set(text(offset, 100), tar.subarray(offset + 512, offset + 512 + bytes));
    offset += 512 + Math.ceil(bytes / 512) * 512;
  }
  return files;
}
