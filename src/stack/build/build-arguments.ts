/** `build:` of a service as the command line of a builder. Pure. */
import type { Service } from "#compose";
import type { BuilderName } from "./builders.ts";

export type Build = NonNullable<Service["build"]>;

export interface BuildRequest {
  readonly build: Build;
  /** Whole references. */
  readonly tags: readonly string[];
  /** Where an inline Dockerfile was written to. */
  readonly inlineFile: string | undefined;
  /** Where the builder writes the image's ID. */
  readonly idFile: string;
  readonly secrets: readonly BuildSecret[];
  /** The images of services that serve as contexts, by service. */
  readonly images: ReadonlyMap<string, string>;
}

/** From a file, or from a variable that the builder sees. */
export type BuildSecret =
  | { readonly id: string; readonly file: string }
  | { readonly id: string; readonly variable: string };

export interface BuildCommand {
  readonly args: readonly string[];
  /** Attributes that this builder has nothing for. */
  readonly unsupported: readonly string[];
}

type Option = readonly string[];

/** What follows the program's name. */
export function buildArguments(builder: BuilderName, request: BuildRequest): BuildCommand {
  const { build, tags, idFile } = request;
  const options = [
    ...fileOption(request),
    ...tags.map((tag): Option => ["--tag", tag]),
    ["--iidfile", idFile],
    ...inputOptions(builder, request),
    ...environmentOptions(build),
    ...cacheOptions(builder, build),
    ...platformOptions(build),
    ...attestationOptions(build),
    ...privilegeOptions(build),
  ];
  return {
    args: ["build", ...options.flat(), build.context ?? "."],
    unsupported: unsupportedBy(builder, build),
  };
}

function fileOption({ build, inlineFile }: BuildRequest): readonly Option[] {
  if (inlineFile !== undefined) return [["--file", inlineFile]];
  const { dockerfile = "Dockerfile", context = "." } = build;
  // Builders look for it from where they are started, in a repository from its root.
  const isInside = dockerfile.startsWith("/") || isRemote(context);
  return [["--file", isInside ? dockerfile : `${context}/${dockerfile}`]];
}

function inputOptions(
  builder: BuilderName,
  { build, secrets, images }: BuildRequest,
): readonly Option[] {
  const contexts = [...(build.additional_contexts ?? [])].map(([name, place]) => {
    const service = /^service:(.+)$/.exec(place)?.[1];
    const source = service === undefined ? place : imageContext(builder, images.get(service));
    return ["--build-context", `${name}=${source}`];
  });
  return [
    ...pairs("--build-arg", build.args),
    ...pairs("--label", build.labels),
    ...(build.target === undefined ? [] : [["--target", build.target]]),
    ...contexts,
    ...secrets.map((secret) => ["--secret", formatSecret(secret)]),
    ...[...(build.ssh ?? [])].map(([id, path]) => [
      "--ssh",
      path === null || path === "" ? id : `${id}=${path}`,
    ]),
  ];
}

function imageContext(builder: BuilderName, image = ""): string {
  return builder === "podman" || builder === "buildah"
    ? `container-image://${image}`
    : `docker-image://${image}`;
}

function formatSecret(secret: BuildSecret): string {
  return "file" in secret
    ? `id=${secret.id},src=${secret.file}`
    : `id=${secret.id},env=${secret.variable}`;
}

function environmentOptions(build: Build): readonly Option[] {
  return [
    ...(build.network === undefined ? [] : [["--network", build.network]]),
    ...(build.extra_hosts ?? []).map((host) => ["--add-host", host.replace("=", ":")]),
    ...(build.shm_size === undefined ? [] : [["--shm-size", String(build.shm_size)]]),
    ...[...(build.ulimits ?? [])].map(([name, { soft, hard }]) => [
      "--ulimit",
      `${name}=${soft ?? hard}:${hard ?? soft}`,
    ]),
    ...(build.isolation === undefined ? [] : [["--isolation", build.isolation]]),
  ];
}

function cacheOptions(builder: BuilderName, build: Build): readonly Option[] {
  const filters = build.no_cache_filter ?? [];
  return [
    ...(build.cache_from ?? []).map((source) => ["--cache-from", source]),
    ...(build.cache_to ?? []).map((target) => ["--cache-to", target]),
    ...(build.no_cache === true ? [["--no-cache"]] : []),
    ...(filters.length === 0 ? [] : [["--no-cache-filter", filters.join(",")]]),
    ...(build.pull === true ? [[pullOptions[builder]]] : []),
  ];
}

const pullOptions: Readonly<Record<BuilderName, string>> = {
  docker: "--pull",
  podman: "--pull=always",
  buildah: "--pull=always",
  nerdctl: "--pull",
};

function platformOptions({ platforms = [] }: Build): readonly Option[] {
  return platforms.length === 0 ? [] : [["--platform", platforms.join(",")]];
}

function attestationOptions({ provenance, sbom }: Build): readonly Option[] {
  return [
    ...(provenance === undefined ? [] : [[`--provenance=${provenance}`]]),
    ...(sbom === undefined ? [] : [[`--sbom=${sbom}`]]),
  ];
}

function privilegeOptions({ entitlements = [], privileged }: Build): readonly Option[] {
  const asked = privileged === true ? [...entitlements, "security.insecure"] : entitlements;
  return [...new Set(asked)].map((entitlement) => ["--allow", entitlement]);
}

function pairs(
  option: string,
  values: ReadonlyMap<string, string | null> | undefined,
): readonly Option[] {
  return [...(values ?? [])].map(([name, value]) => [
    option,
    value === null ? name : `${name}=${value}`,
  ]);
}

/** Which attributes only some builders have. */
const rare: readonly (readonly [keyof Build, ...BuilderName[]])[] = [
  ["entitlements", "docker", "nerdctl"],
  ["privileged", "docker", "nerdctl"],
  ["shm_size", "docker", "podman", "buildah"],
  ["ulimits", "docker", "podman", "buildah"],
  ["isolation", "docker", "podman", "buildah"],
  ["provenance", "docker"],
  ["sbom", "docker"],
  ["no_cache_filter", "docker"],
];

function unsupportedBy(builder: BuilderName, build: Build): readonly string[] {
  const missing = rare.flatMap(([attribute, ...those]) => {
    const value = build[attribute];
    const isAsked = value !== undefined && value !== false;
    return isAsked && !those.includes(builder) ? [`build.${attribute}`] : [];
  });
  const isBuildKit = builder === "docker" || builder === "nerdctl";
  const caches = [...(build.cache_from ?? []), ...(build.cache_to ?? [])];
  const hasTyped = caches.some((cache) => cache.includes("type="));
  return [
    ...missing,
    ...(!isBuildKit && hasTyped ? ["caches with a type"] : []),
    ...(!isBuildKit && (build.platforms ?? []).length > 1 ? ["several build.platforms"] : []),
  ];
}

/** Whether a context is fetched by the builder rather than read from this machine. */
function isRemote(context: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/.test(context);
}
