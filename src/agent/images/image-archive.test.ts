import assert from "node:assert/strict";
import { test } from "node:test";
import { directoryOf, fileOf, symlinkOf, type TarFile, writeTar } from "#base";
import { type ImageContent, writeImageArchive } from "./image-archive.ts";
import { type ArchiveDisk, inspectImageArchive, wholeReference } from "./inspect-archive.ts";

const file = "/images/hello.tar";

test("what we write is a whole image under its names", async () => {
  const bytes = await writeImageArchive(imageOf({}));
  assert.deepEqual(await inspect(bytes), {
    format: "oci",
    names: [{ imported: "docker.io/library/hello:1", whole: "docker.io/library/hello:1" }],
  });
});

test("the same image gives the same bytes", async () => {
  assert.deepEqual(await writeImageArchive(imageOf({})), await writeImageArchive(imageOf({})));
});

test("an archive cut off anywhere is refused as truncated", async () => {
  const bytes = await writeImageArchive(imageOf({}));
  for (let length = 512; length < bytes.length - 1024; length += 509) {
    await assert.rejects(inspect(bytes.slice(0, length)), /hello\.tar is truncated: /);
  }
});

const legacy = [
  fileOf("abc.json", "{}"),
  directoryOf("layer0"),
  fileOf("layer0/layer.tar", "x"),
  symlinkOf("layer1/layer.tar", "../layer0/layer.tar"),
];

function dockerManifest(layers: readonly string[]): TarFile {
  return fileOf(
    "manifest.json",
    JSON.stringify([{ Config: "abc.json", RepoTags: ["web:2"], Layers: layers }]),
  );
}

test("a docker archive is known by its manifest", async () => {
  const bytes = writeTar([...legacy, dockerManifest(["layer0/layer.tar", "layer1/layer.tar"])]);
  assert.deepEqual(await inspect(bytes), {
    format: "docker",
    names: [{ imported: "docker.io/library/web:2", whole: "docker.io/library/web:2" }],
  });
});

const descriptor = JSON.stringify({ manifests: [{ digest: "sha256:00", size: 2 }] });

const refusals: readonly (readonly [string, Uint8Array, RegExp])[] = [
  [
    "a compressed archive",
    Uint8Array.from({ length: 600 }, (_, at) => [0x1f, 0x8b][at] ?? 0),
    /gunzip/,
  ],
  ["any other file", new Uint8Array(1024).fill(65), /hello\.tar is not a tar archive/],
  ["an empty file", new Uint8Array(0), /is truncated: its end is missing/],
  ["an archive of something else", writeTar([fileOf("README", "hi")]), /is neither a docker/],
  [
    "a docker archive that lacks a layer",
    writeTar([...legacy, dockerManifest(["layer2/layer.tar"])]),
    /is incomplete: it lacks layer2\/layer\.tar/,
  ],
  [
    "a manifest that is not JSON",
    writeTar([fileOf("manifest.json", "{")]),
    /manifest\.json is not JSON/,
  ],
  ["a layout that lacks a blob", writeTar(oci(descriptor)), /it lacks blobs\/sha256\/00/],
  [
    "a blob of another size",
    writeTar([...oci(descriptor), fileOf("blobs/sha256/00", "{} ")]),
    /blobs\/sha256\/00 has 3 bytes, not 2/,
  ],
  ["a layout of nothing", writeTar(oci("{}")), /it holds no image/],
  [
    "a layout with a tag but no name",
    namedLayout("org.opencontainers.image.ref.name", "latest"),
    /does not name its image: tag it/,
  ],
  ["a docker archive of nothing", writeTar([fileOf("manifest.json", "[]")]), /does not name/],
];

for (const [what, bytes, message] of refusals) {
  test(`${what} is refused`, async () => {
    await assert.rejects(inspect(bytes), message);
  });
}

test("a damaged header is found by its checksum", async () => {
  const bytes = writeTar([fileOf("a", "x".repeat(512)), fileOf("b", "y")]);
  bytes[1024] = 0x7a;
  await assert.rejects(inspect(bytes), /is damaged at byte 1024: a header's checksum/);
});

test("names longer than a header holds survive", async () => {
  const path = `${"directory/".repeat(30)}manifest.json`;
  const manifest = JSON.stringify([{ Config: path, RepoTags: ["web:2"], Layers: [] }]);
  const bytes = writeTar([fileOf(path, "{}"), fileOf("manifest.json", manifest)]);
  assert.equal((await inspect(bytes)).format, "docker");
});

const layoutNames: readonly (readonly [string, string, string])[] = [
  ["io.containerd.image.name", "docker.io/library/web:2", "docker.io/library/web:2"],
  ["org.opencontainers.image.ref.name", "localhost/web:2", "localhost/web:2"],
  ["org.opencontainers.image.ref.name", "web:2", "docker.io/library/web:2"],
];

for (const [annotation, imported, whole] of layoutNames) {
  test(`a layout whose ${annotation} is ${imported} holds ${whole}`, async () => {
    const { names } = await inspect(namedLayout(annotation, imported));
    assert.deepEqual(names, [{ imported, whole }]);
  });
}

const references: readonly (readonly [string, string])[] = [
  ["hello", "docker.io/library/hello:latest"],
  ["hello:1", "docker.io/library/hello:1"],
  ["team/hello:1", "docker.io/team/hello:1"],
  ["localhost:5000/hello", "localhost:5000/hello:latest"],
  ["localhost/hello:1", "localhost/hello:1"],
  ["registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"],
  ["ghcr.io/a/b@sha256:00", "ghcr.io/a/b@sha256:00"],
];

for (const [short, whole] of references) {
  test(`${short} stands for ${whole}`, () => assert.equal(wholeReference(short), whole));
}

/** A layout of one image, which has neither a configuration worth the name nor layers. */
function namedLayout(annotation: string, name: string): Uint8Array {
  const manifest = JSON.stringify({ config: { digest: "sha256:01", size: 2 }, layers: [] });
  const annotations = { [annotation]: name };
  const manifests = [{ digest: "sha256:00", size: manifest.length, annotations }];
  return writeTar([
    ...oci(JSON.stringify({ manifests })),
    fileOf("blobs/sha256/00", manifest),
    fileOf("blobs/sha256/01", "{}"),
  ]);
}

function imageOf(part: Partial<ImageContent>): ImageContent {
  return {
    references: ["docker.io/library/hello:1"],
    architecture: "amd64",
    config: {
      entrypoint: ["/hello"],
      args: [],
      env: [],
      workingDir: "/",
      user: "",
      exposedPorts: ["8080/tcp"],
    },
    layers: [[directoryOf("bin"), fileOf("bin/hello", "#!", 0o755), symlinkOf("hello", "bin")]],
    ...part,
  };
}

function oci(index: string): readonly TarFile[] {
  return [fileOf("oci-layout", "{}"), fileOf("index.json", index)];
}

async function inspect(bytes: Uint8Array) {
  const disk: ArchiveDisk = {
    findFacts: async () => ({ kind: "file", bytes: bytes.length, mode: 0o644, modifiedAtMs: 0 }),
    readRange: async (_, offset, length) => bytes.subarray(offset, offset + length),
  };
  return await inspectImageArchive(disk, file);
}
