/**
 * Builds the example images without network and without a container tool: files of packages that
 * Debian and Ubuntu have, and our own. `npm run examples:images` writes `examples/images/<name>.tar`
 * for each, which `wherry image load` and `docker load` read; with names, only for those.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, argv } from "node:process";
import { directoryOf, fileOf, symlinkOf, type TarFile } from "#base";
import { type ImageContent, writeImageArchive } from "#agent";
import {
  baseFiles,
  busyboxFiles,
  packageFiles,
  programFiles,
  withDirectories,
} from "./image-files.ts";
import { postgresFiles, postgresPath } from "./postgres-files.ts";

const folder = new URL(".", import.meta.url).pathname;
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const perlModules = /^\/usr\/lib\/[^/]+\/perl-base\/(?!unicore)/;

/** By the name of the file. The second version of hello is there to update to. */
const images: Readonly<Record<string, () => ImageContent>> = {
  hello: () => helloImage("1"),
  "hello-2": () => helloImage("2"),
  flasksklearn: () => {
    const content = { program: "flasksklearn/flasksklearn.pl", port: "80/tcp" };
    return perlImage("library/flasksklearn:1", content);
  },
  toolbox: toolboxImage,
  "wordsmith-db": wordsmithDatabaseImage,
  "wordsmith-words": () =>
    perlImage("dockersamples/k8s-wordsmith-api:latest", {
      program: "wordsmith/words.pl",
      modules: ["wordsmith/Postgres.pm"],
      port: "8080/tcp",
    }),
  "wordsmith-web": () => {
    const content = { program: "wordsmith/web.pl", port: "80/tcp" };
    return perlImage("dockersamples/k8s-wordsmith-web:latest", content);
  },
};

await buildImages(argv.slice(2));

async function buildImages(asked: readonly string[]): Promise<void> {
  mkdirSync(`${folder}images`, { recursive: true });
  for (const name of asked.length === 0 ? Object.keys(images) : asked) {
    const imageContent = images[name];
    if (imageContent === undefined) throw new Error(`there is no example image ${name}`);
    const image = imageContent();
    const bytes = await writeImageArchive(image);
    writeFileSync(`${folder}images/${name}.tar`, bytes);
    const megabytes = (bytes.length / 1e6).toFixed(1);
    console.log(`examples/images/${name}.tar  ${megabytes} MB  ${image.references.join(" ")}`);
  }
}

function helloImage(version: string): ImageContent {
  const content = { program: "hello/hello.pl", port: "8080/tcp", version };
  return perlImage(`library/hello:${version}`, content);
}

interface PerlContent {
  /** In this folder, as all of them. */
  readonly program: string;
  readonly modules?: readonly string[];
  readonly port: string;
  readonly version?: string;
}

/** A server written in Perl: the interpreter is the same layer in all of them. */
function perlImage(reference: string, content: PerlContent): ImageContent {
  const { program, modules = [], port, version = "1" } = content;
  const runtime = [
    ...baseFiles(),
    ...programFiles(["/usr/bin/perl"]),
    ...packageFiles("perl-base", perlModules),
  ];
  const app = [
    directoryOf("app"),
    ...["web-server/Serve.pm", ...modules, program].map((file) =>
      fileOf(inApp(file), readFileSync(`${folder}${file}`)),
    ),
  ];
  return imageOf(reference, [withDirectories(runtime), app], {
    env: [`PATH=${path}`, `VERSION=${version}`],
    entrypoint: ["/usr/bin/perl", `/${inApp(program)}`],
    exposedPorts: [port],
  });
}

function inApp(file: string): string {
  return file.replace(/^[^/]+/, "app");
}

/** For looking around inside a cluster: a shell, curl, nslookup, wget, tar and what busybox has. */
function toolboxImage(): ImageContent {
  const files: readonly TarFile[] = [
    ...baseFiles(),
    ...busyboxFiles(),
    ...programFiles(["/usr/bin/curl"]),
    fileOf("etc/ssl/certs/ca-certificates.crt", readFileSync("/etc/ssl/certs/ca-certificates.crt")),
    symlinkOf("usr/bin/env", "/bin/env"),
  ];
  return imageOf("library/toolbox:1", [withDirectories(files)], { args: ["sh"] });
}

/** PostgreSQL with the words in it. */
function wordsmithDatabaseImage(): ImageContent {
  const postgres = postgresFiles();
  const words = [
    fileOf("docker-entrypoint-initdb.d/words.sql", readFileSync(`${folder}wordsmith/words.sql`)),
    fileOf("usr/local/bin/start-db", readFileSync(`${folder}wordsmith/start-db`), 0o755),
  ];
  const layers = [
    withDirectories([...baseFiles({ user: "postgres", id: 999 }), ...postgres]),
    withDirectories(words),
  ];
  return imageOf("dockersamples/k8s-wordsmith-db:latest", layers, {
    env: [`PATH=${postgresPath(postgres)}:${path}`, "PGDATA=/var/lib/postgresql/data/main"],
    entrypoint: ["/usr/local/bin/start-db"],
    exposedPorts: ["5432/tcp"],
  });
}

function imageOf(
  reference: string,
  layers: ImageContent["layers"],
  config: Partial<ImageContent["config"]>,
): ImageContent {
  return {
    references: [`docker.io/${reference}`],
    architecture: arch === "x64" ? "amd64" : arch,
    config: {
      entrypoint: [],
      args: [],
      env: [`PATH=${path}`],
      workingDir: "/",
      user: "",
      exposedPorts: [],
      ...config,
    },
    layers,
  };
}
