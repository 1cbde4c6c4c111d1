import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { type TestContext, test } from "node:test";
import { fileOf } from "#base";
import { inspectImageArchive, writeImageArchive } from "#agent";
import { loadProject } from "#compose";
import { realDisk, realProcesses } from "#host";
import { screenOf } from "../testing.ts";
import { buildImages, type BuildPlace } from "./build-images.ts";

const id = `sha256:${"ab".repeat(32)}`;
const ours: BuildPlace = {
  registry: undefined,
  builder: undefined,
  dataDirectory: "/cluster",
  tags: "of the image",
};

test("an image is built, named after itself and loaded into our nodes", async (t) => {
  const machine = await machineOf(t, ["podman"]);
  const images = await machine.build("web: {build: {context: /app, args: {A: '1'}}}", ours);
  const reference = "docker.io/library/app-web:abababababab";
  assert.deepEqual([...images], [["web", reference]]);
  assert.deepEqual(machine.ran(), [
    "podman version",
    "podman build --file /app/Dockerfile --tag docker.io/library/app-web:latest --iidfile ID --build-arg A=1 /app",
    `podman tag ${id} ${reference}`,
    `podman save --format docker-archive --output ARCHIVE ${reference}`,
  ]);
  assert.deepEqual(machine.loaded, ["/cluster docker.io/library/built:1"]);
});

test("with a registry it is pushed, under the tag of the file if that is wanted", async (t) => {
  const machine = await machineOf(t, ["buildah"]);
  const place: BuildPlace = { ...ours, registry: "ghcr.io/me", tags: "of the file" };
  const images = await machine.build("web: {image: 'web:2', build: /app}", place);
  assert.deepEqual([...images], [["web", "ghcr.io/me/web:2"]]);
  assert.deepEqual(machine.ran().slice(2), ["buildah push ghcr.io/me/web:2"]);
  assert.deepEqual(machine.loaded, []);
});

test("services are built upon the images of others, with secrets and inline files", async (t) => {
  const machine = await machineOf(t, ["docker"]);
  const services = `web: {build: {context: /app, additional_contexts: {base: 'service:base'}}}
  base: {build: {context: /app, dockerfile_inline: 'FROM scratch', secrets: [token]}}
secrets: {token: {file: /token}}`;
  await machine.build(services, { ...ours, tags: "of the file" });
  const builds = machine.ran().filter((line) => line.startsWith("docker build"));
  assert.deepEqual(builds, [
    "docker build --file FILE --tag docker.io/library/app-base:latest --iidfile ID --secret id=token,src=/token /app",
    "docker build --file /app/Dockerfile --tag docker.io/library/app-web:latest --iidfile ID " +
      "--build-context base=docker-image://docker.io/library/app-base:latest /app",
  ]);
});

test("a builder that does not work is passed over; without one it is said what would help", async (t) => {
  const web = "web: {build: /app}";
  const second = await machineOf(t, ["docker!", "podman"]);
  await second.build(web, ours);
  assert.match(second.ran()[0] ?? "", /^podman version/);
  const broken = await machineOf(t, ["docker!"]);
  await assert.rejects(broken.build(web, ours), {
    message:
      "nothing here can build images (docker: no daemon): install docker, podman, buildah or nerdctl, " +
      "or build elsewhere and name the image",
  });
  const bare = await machineOf(t, []);
  await assert.rejects(
    bare.build(web, ours),
    /^Error: nothing here can build images: install docker/,
  );
});

test("what a builder cannot do is refused before it runs, what it fails at is told", async (t) => {
  const nerdctl = await machineOf(t, ["nerdctl"]);
  await assert.rejects(nerdctl.build("web: {build: {context: /app, shm_size: 1g}}", ours), {
    message: "service web: nerdctl cannot do build.shm_size",
  });
  assert.equal(nerdctl.ran().length, 1);
  const failing = await machineOf(t, ["docker"]);
  await assert.rejects(failing.build("web: {build: {context: /app, target: fails}}", ours), {
    message: "building service web: docker exited with 7",
  });
});

/** A machine with these builders; one with `!` has no daemon. They write real archives. */
async function machineOf(t: TestContext, builders: readonly string[]) {
  const directory = mkdtempSync(`${tmpdir()}/wherry-builders-`);
  t.after(() => rmSync(directory, { recursive: true }));
  const archive = await writeImageArchive({
    references: ["docker.io/library/built:1"],
    architecture: "amd64",
    config: { entrypoint: [], args: [], env: [], workingDir: "/", user: "", exposedPorts: [] },
    layers: [[fileOf("hello", "hello\n")]],
  });
  writeFileSync(`${directory}/archive.tar`, archive);
  writeFileSync(`${directory}/log`, "");
  for (const name of builders) {
    const program = `${directory}/${name.replace("!", "")}`;
    writeFileSync(program, name.endsWith("!") ? brokenBuilder : workingBuilder(directory));
    chmodSync(program, 0o755);
  }
  const loaded: string[] = [];
  const { context } = screenOf();
  const machine = {
    ...context,
    disk: realDisk,
    processes: realProcesses,
    surroundings: { ...context.surroundings, env: { PATH: directory } },
    roles: {
      ...context.roles,
      async loadImages(dataDirectory: string, file: string) {
        const names = (await inspectImageArchive(realDisk, file)).names.map(({ whole }) => whole);
        loaded.push(`${dataDirectory} ${names.join(" ")}`);
        return names;
      },
    },
    runForeground: async (program: string, args: readonly string[]) =>
      (await realProcesses.run(program, args)).exitCode,
  };
  return {
    loaded,
    async build(services: string, place: BuildPlace) {
      writeFileSync(`${directory}/compose.yaml`, `name: app\nservices:\n  ${services}\n`);
      const project = await loadProject(realDisk, {
        workingDirectory: directory,
        files: ["compose.yaml"],
        input: "",
        name: undefined,
        projectDirectory: undefined,
        environment: new Map(),
        envFiles: undefined,
        profiles: [],
        mode: "default",
        variables: "replaced",
      });
      return await buildImages(machine, project, [], place);
    },
    ran: () =>
      readFileSync(`${directory}/log`, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/\/tmp\/wherry-build-\S+\.(?=id|tar|Dockerfile)/g, ""))
        .map((line) => line.replace(" id ", " ID ").replace(" tar ", " ARCHIVE "))
        .map((line) => line.replace("--file Dockerfile", "--file FILE")),
  };
}

const brokenBuilder = "#!/bin/sh\necho no daemon >&2\nexit 1\n";

function workingBuilder(directory: string): string {
  return `#!/bin/sh
echo "\${0##*/} $*" >> ${directory}/log
case "$*" in *"--target fails"*) exit 7 ;; esac
while [ $# -gt 0 ]; do
  [ "$1" = --iidfile ] && printf %s ${id} > "$2"
  [ "$1" = --output ] && cat ${directory}/archive.tar > "$2"
  shift
done
`;
}
