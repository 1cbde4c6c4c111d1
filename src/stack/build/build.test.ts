import assert from "node:assert/strict";
import { test } from "node:test";
import type { Service } from "#compose";
import { type Build, buildArguments } from "./build-arguments.ts";
import { buildOrder } from "./build-order.ts";
import { builderNames, builders } from "./builders.ts";
import { builtImageName, tagOfImage } from "./image-name.ts";

const common = "--file /app/Dockerfile --tag web:1 --iidfile /tmp/id";

// What every builder is asked for, after the options that are always there. `-` stands for refused.
const everywhere: readonly (readonly [build: Build, options: string])[] = [
  [{}, ""],
  [{ args: mapOf({ A: "1", B: null }) }, "--build-arg A=1 --build-arg B"],
  [{ labels: mapOf({ "a.b": "c" }) }, "--label a.b=c"],
  [{ target: "dev" }, "--target dev"],
  [{ network: "host" }, "--network host"],
  [{ extra_hosts: ["db=10.0.0.1", "x=::1"] }, "--add-host db:10.0.0.1 --add-host x:::1"],
  [{ cache_from: ["registry/web"] }, "--cache-from registry/web"],
  [{ no_cache: true }, "--no-cache"],
  [{ no_cache: false }, ""],
  [{ platforms: ["linux/arm64"] }, "--platform linux/arm64"],
  [{ ssh: mapOf({ default: null, key: "/k" }) }, "--ssh default --ssh key=/k"],
  [{ additional_contexts: mapOf({ base: "/base" }) }, "--build-context base=/base"],
];

test("what all builders have is asked of all of them alike", () => {
  for (const builder of builderNames) {
    for (const [build, options] of everywhere) {
      const { args, unsupported } = commandOf(builder, build);
      assert.deepEqual([args, unsupported], [lineOf(options), []], builder);
    }
  }
});

// Docker, podman, buildah, nerdctl.
const peculiar: readonly (readonly [Build, string, string, string, string])[] = [
  [{ pull: true }, "--pull", "--pull=always", "--pull=always", "--pull"],
  [{ shm_size: 64 }, "--shm-size 64", "--shm-size 64", "--shm-size 64", "-build.shm_size"],
  [
    { ulimits: mapOf({ nofile: { soft: 1, hard: 2 } }) },
    "--ulimit nofile=1:2",
    "--ulimit nofile=1:2",
    "--ulimit nofile=1:2",
    "-build.ulimits",
  ],
  [
    { platforms: ["linux/amd64", "linux/arm64"] },
    "--platform linux/amd64,linux/arm64",
    "-several build.platforms",
    "-several build.platforms",
    "--platform linux/amd64,linux/arm64",
  ],
  [
    { entitlements: ["network.host"], privileged: true },
    "--allow network.host --allow security.insecure",
    "-build.entitlements build.privileged",
    "-build.entitlements build.privileged",
    "--allow network.host --allow security.insecure",
  ],
  [
    { cache_to: ["type=local,dest=/c"] },
    "--cache-to type=local,dest=/c",
    "-caches with a type",
    "-caches with a type",
    "--cache-to type=local,dest=/c",
  ],
  [
    { provenance: "mode=max", sbom: "true" },
    "--provenance=mode=max --sbom=true",
    "-build.provenance build.sbom",
    "-build.provenance build.sbom",
    "-build.provenance build.sbom",
  ],
  [
    { no_cache_filter: ["a", "b"] },
    "--no-cache-filter a,b",
    "-build.no_cache_filter",
    "-build.no_cache_filter",
    "-build.no_cache_filter",
  ],
  [
    { isolation: "chroot" },
    "--isolation chroot",
    "--isolation chroot",
    "--isolation chroot",
    "-build.isolation",
  ],
  [
    { additional_contexts: mapOf({ base: "service:base" }) },
    "--build-context base=docker-image://base:9",
    "--build-context base=container-image://base:9",
    "--build-context base=container-image://base:9",
    "--build-context base=docker-image://base:9",
  ],
];

test("what builders have each in its own way, or not at all", () => {
  for (const [build, ...wants] of peculiar) {
    for (const [index, want] of wants.entries()) {
      const { args, unsupported } = commandOf(builderNames[index] ?? "docker", build);
      if (want.startsWith("-build") || /^-[a-z]/.test(want)) {
        assert.deepEqual(unsupported.join(" "), want.slice(1), builderNames[index]);
      } else assert.deepEqual([args, unsupported], [lineOf(want), []], builderNames[index]);
    }
  }
});

test("the Dockerfile is found from the context, in a repository by the builder itself", () => {
  const rows: readonly (readonly [Build, inline: string | undefined, string])[] = [
    [{ context: "/app", dockerfile: "docker/Web" }, undefined, "--file /app/docker/Web"],
    [{ context: "/app", dockerfile: "/else/Web" }, undefined, "--file /else/Web"],
    [{ context: "https://x/y.git#main", dockerfile: "Web" }, undefined, "--file Web"],
    [{ context: "/app", dockerfile_inline: "FROM x" }, "/tmp/inline", "--file /tmp/inline"],
  ];
  for (const [build, inlineFile, want] of rows) {
    const request = { ...requestOf(build), inlineFile, build };
    assert.equal(buildArguments("docker", request).args.slice(1, 3).join(" "), want);
  }
});

test("secrets come from files and variables", () => {
  const secrets = [
    { id: "token", file: "/run/token" },
    { id: "key", variable: "KEY" },
  ];
  const { args } = buildArguments("podman", { ...requestOf({}), secrets });
  assert.deepEqual(args, lineOf("--secret id=token,src=/run/token --secret id=key,env=KEY"));
});

test("images are tagged, pushed and saved by each builder's own words", () => {
  const lines = builderNames.map((name) => {
    const { tag, push, save } = builders[name];
    return [tag("id", "r:1"), push("r:1"), save("r:1", "/f")].map((words) => words.join(" "));
  });
  assert.deepEqual(lines, [
    ["tag id r:1", "push r:1", "save --output /f r:1"],
    ["tag id r:1", "push r:1", "save --format docker-archive --output /f r:1"],
    ["tag id r:1", "push r:1", "push r:1 docker-archive:/f:r:1"],
    ["tag id r:1", "push r:1", "save --output /f r:1"],
  ]);
});

test("a built image has a whole name, at home or in the registry", () => {
  const rows: readonly (readonly [name: string, own: string, pushed: string])[] = [
    ["web", "docker.io/library/web:latest", "reg:5000/team/web:latest"],
    ["web:2", "docker.io/library/web:2", "reg:5000/team/web:2"],
    ["me/web:2", "docker.io/me/web:2", "reg:5000/team/me/web:2"],
    ["ghcr.io/me/web", "ghcr.io/me/web:latest", "reg:5000/team/me/web:latest"],
    ["localhost/web:1", "localhost/web:1", "reg:5000/team/web:1"],
    ["host:5000/web", "host:5000/web:latest", "reg:5000/team/web:latest"],
    ["web@sha256:12", "docker.io/library/web:latest", "reg:5000/team/web:latest"],
  ];
  for (const [name, own, pushed] of rows) {
    const show = (registry: string | undefined) => {
      const { repository, tag } = builtImageName(name, registry);
      return `${repository}:${tag}`;
    };
    assert.deepEqual([show(undefined), show("reg:5000/team/")], [own, pushed], name);
  }
  assert.equal(tagOfImage("sha256:0123456789abcdef\n"), "0123456789ab");
});

test("services come after those that they build upon; cycles are told", () => {
  const on = (...others: readonly string[]): Service => ({
    build: {
      additional_contexts: new Map(others.map((name) => [name, `service:${name}`])),
    },
  });
  const services = new Map<string, Service>([
    ["web", on("base", "lib")],
    ["lib", on("base")],
    ["db", { image: "db" }],
    ["base", on()],
  ]);
  assert.deepEqual(buildOrder(services, []), ["base", "lib", "web"]);
  assert.deepEqual(buildOrder(services, ["lib"]), ["base", "lib"]);
  services.set("base", on("web"));
  assert.throws(() => buildOrder(services, []), {
    message: "services build upon each other: web -> base -> web",
  });
});

function mapOf<T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(entries));
}

function commandOf(builder: (typeof builderNames)[number], build: Build) {
  return buildArguments(builder, requestOf(build));
}

function requestOf(build: Build) {
  return {
    build: { context: "/app", dockerfile: "Dockerfile", ...build },
    tags: ["web:1"],
    inlineFile: undefined,
    idFile: "/tmp/id",
    secrets: [],
    images: new Map([["base", "base:9"]]),
  };
}

function lineOf(options: string): readonly string[] {
  return `build ${common} ${options} /app`.split(" ").filter((word) => word !== "");
}
