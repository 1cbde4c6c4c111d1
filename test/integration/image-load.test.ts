import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { type ImageFacts, loadImage, writeImageArchive } from "#agent";
import { compareText, directoryOf, fileOf } from "#base";
import { realDisk, realProcesses } from "#host";
import { startContainerdNode, whyNoContainers } from "./containerd-node.ts";

const skip = whyNoContainers() ?? false;
const deps = { disk: realDisk, processes: realProcesses };

test("an archive is loaded whole or not at all", { skip }, async (t) => {
  const { runtime, directory, socket, signal } = await startContainerdNode(t, "own");
  const bytes = await archiveOf("docker.io/library/web:2");
  const list = async () => byId(await runtime.images.list(signal));
  const before = await list();

  writeFileSync(`${directory}/cut.tar`, bytes.subarray(0, bytes.length / 2));
  await assert.rejects(loadImage(deps, socket, `${directory}/cut.tar`), /cut\.tar is truncated/);
  assert.deepEqual(await list(), before);

  writeFileSync(`${directory}/whole.tar`, bytes);
  const names = await loadImage(deps, socket, `${directory}/whole.tar`);
  assert.deepEqual(names, ["docker.io/library/web:2"]);
  const found = await runtime.images.find("web:2", signal);
  assert.deepEqual(found?.repoTags, names);
});

test("a short name in a layout is the name that pods use", { skip }, async (t) => {
  const { runtime, directory, socket, signal } = await startContainerdNode(t, "own");
  writeFileSync(`${directory}/short.tar`, await archiveOf("short:1"));
  const names = await loadImage(deps, socket, `${directory}/short.tar`);
  assert.deepEqual(names, ["docker.io/library/short:1"]);
  const found = await runtime.images.find("short:1", signal);
  assert.ok(found?.repoTags.includes("docker.io/library/short:1"));
});

async function archiveOf(reference: string): Promise<Uint8Array> {
  return await writeImageArchive({
    references: [reference],
    architecture: "amd64",
    config: {
      entrypoint: ["/bin/true"],
      args: [],
      env: [],
      workingDir: "/",
      user: "",
      exposedPorts: [],
    },
    layers: [[directoryOf("etc"), fileOf("etc/motd", "hello\n".repeat(10_000))]],
  });
}

/** containerd lists images in any order. */
function byId(images: readonly ImageFacts[]): readonly ImageFacts[] {
  return images.toSorted((left, right) => compareText(left.id, right.id));
}
