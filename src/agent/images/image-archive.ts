/**
 * Container images as single files, readable as `docker save` archives and as OCI layouts at once.
 *
 * The blobs lie where an OCI layout has them, `index.json` describes them to OCI tools (containerd,
 * skopeo), and `manifest.json` describes the same blobs to Docker. The same input gives the same
 * bytes, so an image's digest tells whether anything about it changed.
 */
import { directoryOf, fileOf, type TarFile, writeTar } from "#base";

/** What an image starts. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly workingDir: string;
  /** `uid`, `uid:gid`, or empty for root. */
  readonly user: string;
  /** `80/tcp`; documentation only. */
  readonly exposedPorts: readonly string[];
}

export interface ImageContent {
  /** Whole references: `docker.io/library/hello:1`. */
  readonly references: readonly string[];
  /** As Go names it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly config: ImageConfig;
  /** The files of each layer, lowest first. */
  readonly layers: readonly (readonly TarFile[])[];
}

interface Blob {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

const utf8 = new TextEncoder();
const epoch = "1970-01-01T00:00:00Z";

/** The image as one tar file. */
export async function writeImageArchive(image: ImageContent): Promise<Uint8Array> {
  const layers = await Promise.all(image.layers.map((files) => blobOf(writeTar(files))));
  const config = await jsonBlob(configOf(image, layers));
  const manifest = await jsonBlob({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(mediaTypes.config, config),
    layers: layers.map((layer) => descriptorOf(mediaTypes.layer, layer)),
  });
  return writeTar([
    jsonFile("oci-layout", { imageLayoutVersion: "1.0.0" }),
    jsonFile("index.json", indexOf(image, manifest)),
    jsonFile("manifest.json", [
      {
        Config: blobPath(config),
        RepoTags: image.references,
        Layers: layers.map(blobPath),
      },
    ]),
    directoryOf("blobs"),
    directoryOf("blobs/sha256"),
    ...distinct([config, manifest, ...layers]).map((blob) => fileOf(blobPath(blob), blob.bytes)),
  ]);
}

function configOf(image: ImageContent, layers: readonly Blob[]): unknown {
  const { entrypoint, args, env, workingDir, user, exposedPorts } = image.config;
  return {
    created: epoch,
    architecture: image.architecture,
    os: "linux",
    config: {
      ...(user === "" ? {} : { User: user }),
      ...(exposedPorts.length === 0
        ? {}
        : { ExposedPorts: Object.fromEntries(exposedPorts.map((port) => [port, {}])) }),
      Env: env,
      ...(entrypoint.length === 0 ? {} : { Entrypoint: entrypoint }),
      ...(args.length === 0 ? {} : { Cmd: args }),
      WorkingDir: workingDir,
    },
    // Layers are not compressed, so their digests are those of their content.
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(() => ({ created: epoch })),
  };
}

function indexOf(image: ImageContent, manifest: Blob): unknown {
  return {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: image.references.map((reference) => ({
      ...descriptorOf(mediaTypes.manifest, manifest),
      annotations: {
        "io.containerd.image.name": reference,
        "org.opencontainers.image.ref.name": reference.slice(reference.lastIndexOf(":") + 1),
      },
    })),
  };
}

function descriptorOf(mediaType: string, { digest, bytes }: Blob): object {
  return { mediaType, digest, size: bytes.length };
}

async function jsonBlob(content: unknown): Promise<Blob> {
  return await blobOf(utf8.encode(JSON.stringify(content)));
}

async function blobOf(bytes: Uint8Array<ArrayBuffer>): Promise<Blob> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { digest: `sha256:${hex}`, bytes };
}

function blobPath({ digest }: Blob): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function distinct(blobs: readonly Blob[]): readonly Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

function jsonFile(path: string, content: unknown): TarFile {
  return fileOf(path, JSON.stringify(content));
}
