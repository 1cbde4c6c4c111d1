/**
 * Builds the example images without network and without a container tool: files of packages that
 * Debian and Ubuntu have, and our own. `npm run examples:images` writes `examples/images/<name>.tar`
 * for each, which `wherry image load` and `docker load` read.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch } from "node:process";
import {
  directoryOf,
  fileOf,
  type ImageContent,
  symlinkOf,
  type TarFile,
  writeImageArchive,
} from "#agent";
import {
  baseFiles,
  busyboxFiles,
  packageFiles,
  programFiles,
  withDirectories,
} from "./image-files.ts";

const folder = new URL(".", import.meta.url).pathname;
const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const perlModules = /^\/usr\/lib\/[^/]+\/perl-base\/(?!unicore)/;

/** By the name of the file. The second version of hello is there to update to. */
const images: Readonly<Record<string, ImageContent>> = {
  hello: perlImage("hello", "1", "8080/tcp"),
  "hello-2": perlImage("hello", "2", "8080/tcp"),
  flasksklearn: perlImage("flasksklearn", "1", "80/tcp"),
  toolbox: toolboxImage(),
};

mkdirSync(`${folder}images`, { recursive: true });
for (const [name, image] of Object.entries(images)) {
  const bytes = await writeImageArchive(image);
  writeFileSync(`${folder}images/${name}.tar`, bytes);
  const megabytes = (bytes.length / 1e6).toFixed(1);
  console.log(`examples/images/${name}.tar  ${megabytes} MB  ${image.references.join(" ")}`);
}

/** A server written in Perl: the interpreter is the same layer in all of them. */
function perlImage(name: string, version: string, port: string): ImageContent {
  const runtime = [
    ...baseFiles(),
    ...programFiles("/usr/bin/perl"),
    ...packageFiles("perl-base", perlModules),
  ];
  const app = [
    directoryOf("app"),
    fileOf("app/Serve.pm", readFileSync(`${folder}web-server/Serve.pm`)),
    fileOf(`app/${name}.pl`, readFileSync(`${folder}${name}/${name}.pl`)),
  ];
  return imageOf(`${name}:${version}`, [withDirectories(runtime), app], {
    env: [path, `VERSION=${version}`],
    entrypoint: ["/usr/bin/perl", `/app/${name}.pl`],
    exposedPorts: [port],
  });
}

/** For looking around inside a cluster: a shell, curl, nslookup, wget, tar and what busybox has. */
function toolboxImage(): ImageContent {
  const files: readonly TarFile[] = [
    ...baseFiles(),
    ...busyboxFiles(),
    ...programFiles("/usr/bin/curl"),
    fileOf("etc/ssl/certs/ca-certificates.crt", readFileSync("/etc/ssl/certs/ca-certificates.crt")),
    symlinkOf("usr/bin/env", "/bin/env"),
  ];
  return imageOf("toolbox:1", [withDirectories(files)], { args: ["sh"] });
}

function imageOf(
  reference: string,
  layers: ImageContent["layers"],
  config: Partial<ImageContent["config"]>,
): ImageContent {
  return {
    references: [`docker.io/library/${reference}`],
    architecture: arch === "x64" ? "amd64" : arch,
    config: {
      entrypoint: [],
      args: [],
      env: [path],
      workingDir: "/",
      user: "",
      exposedPorts: [],
      ...config,
    },
    layers,
  };
}
