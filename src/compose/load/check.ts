/** What must hold between the parts of an application: that what they refer to exists, and the like. */
import type { Remark } from "../compose-error.ts";
import { isAddress } from "../schema/port-syntax.ts";
import type { Service } from "../schema/project.ts";
import { type Path, placeAt } from "../tree/node.ts";
import type { ComposeProject } from "../project.ts";
import { findDependencyCycle } from "./dependency-cycle.ts";

type Draft = Omit<ComposeProject, "warnings">;

/** Everything wrong with the application, in the order of its services. */
export function checkProject(project: Draft): readonly Remark[] {
  const found: Remark[] = [];
  const note: Note = (path, message) => found.push({ place: placeAt(project.tree, path), message });
  for (const [name, service] of project.services) {
    const at = { name, path: ["services", name], project, note };
    checkImage(service, at);
    checkReferences(service, at);
    checkDependencies(service, at);
    checkNetworks(service, at);
    checkCounts(service, at);
    checkLimits(service, at);
    checkMounts(service, at);
    checkWatches(service, at);
    checkPorts(service, at);
  }
  checkContents(project, note);
  const cycle = findDependencyCycle(project.services);
  const [first] = cycle ?? [];
  if (cycle !== undefined && first !== undefined) {
    note(["services", first, "depends_on"], `dependency cycle detected: ${cycle.join(" -> ")}`);
  }
  return found;
}

type Note = (path: Path, message: string) => void;

interface Spot {
  readonly name: string;
  readonly path: Path;
  readonly project: Draft;
  readonly note: Note;
}

function checkImage(service: Service, { name, path, note }: Spot): void {
  const { build, image, provider, platform } = service;
  if (build === undefined && image === undefined && provider === undefined) {
    note(path, `service "${name}" has neither an image nor a build context specified`);
  }
  if (build?.dockerfile !== undefined && build.dockerfile_inline !== undefined) {
    const both = `service "${name}" declares mutually exclusive dockerfile and dockerfile_inline`;
    note([...path, "build"], both);
  }
  const platforms = build?.platforms ?? [];
  if (platform !== undefined && platforms.length > 0 && !platforms.includes(platform)) {
    note([...path, "platform"], `build.platforms must include the platform "${platform}"`);
  }
}

/** The things of one kind that a service refers to, each under its index or key. */
interface Reference {
  readonly kind: string;
  readonly attribute: string;
  readonly known: ReadonlyMap<string, unknown>;
  readonly sources: Iterable<readonly [step: string | number, source: string | undefined]>;
}

function checkReferences(service: Service, { name, path, project, note }: Spot): void {
  for (const { kind, attribute, known, sources } of referencesOf(service, project)) {
    for (const [step, source] of sources) {
      if (source === undefined || known.has(source)) continue;
      const problem = `service "${name}" refers to undefined ${kind} ${source}`;
      note([...path, attribute, step], problem);
    }
  }
}

function referencesOf(service: Service, project: Draft): readonly Reference[] {
  const keys = (map: ReadonlyMap<string, unknown> = new Map()) =>
    [...map.keys()].map((key) => [key, key] as const);
  const sources = (items: readonly { readonly source?: string }[] = []) =>
    items.map(({ source }, index) => [index, source] as const);
  const volumes = (service.volumes ?? []).map(({ type, source }, index) => {
    return [index, type === "volume" ? source : undefined] as const;
  });
  const { networks, models, configs, secrets, build } = service;
  const of = (kind: string, attribute: string, known: ReadonlyMap<string, unknown>) => ({
    kind,
    attribute,
    known,
  });
  return [
    { ...of("network", "networks", project.networks), sources: keys(networks) },
    { ...of("model", "models", project.models), sources: keys(models) },
    { ...of("config", "configs", project.configs), sources: sources(configs) },
    { ...of("secret", "secrets", project.secrets), sources: sources(secrets) },
    { ...of("build secret", "build", project.secrets), sources: sources(build?.secrets) },
    { ...of("volume", "volumes", project.volumes), sources: volumes },
  ];
}

function checkDependencies(service: Service, { name, path, project, note }: Spot): void {
  for (const [other, { required = true }] of service.depends_on ?? []) {
    if (project.services.has(other)) continue;
    if (project.disabledServices.has(other) && !required) continue;
    const problem = `service "${name}" depends on undefined service "${other}"`;
    const hint = project.disabledServices.has(other) ? ": none of its profiles is active" : "";
    note([...path, "depends_on", other], `${problem}${hint}`);
  }
}

function checkNetworks(service: Service, { name, path, note }: Spot): void {
  if (service.network_mode !== undefined && (service.networks?.size ?? 0) > 0) {
    const problem = `service ${name} declares mutually exclusive \`network_mode\` and \`networks\``;
    note([...path, "network_mode"], problem);
  }
  const [first] = service.healthcheck?.test ?? [];
  if (first !== undefined && !["CMD", "CMD-SHELL", "NONE"].includes(first)) {
    const problem = 'healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"';
    note([...path, "healthcheck", "test"], problem);
  }
}

function checkCounts(service: Service, { path, note }: Spot): void {
  const { scale, deploy, container_name: container } = service;
  const replicas = deploy?.replicas;
  if (scale !== undefined && replicas !== undefined && scale !== replicas) {
    note([...path, "scale"], "can't set distinct values on 'scale' and 'deploy.replicas'");
  }
  if ((scale ?? replicas ?? 1) > 1 && container !== undefined) {
    const attribute = scale === undefined ? "deploy.replicas" : "scale";
    const problem = `can't set container_name and ${attribute} as container name must be unique`;
    note([...path, "container_name"], problem);
  }
}

function checkLimits(service: Service, { path, note }: Spot): void {
  const { limits, reservations } = service.deploy?.resources ?? {};
  const pairs = [
    ["cpus", service.cpus, "limits.cpus", limits?.cpus],
    ["mem_limit", service.mem_limit, "limits.memory", limits?.memory],
    ["mem_reservation", service.mem_reservation, "reservations.memory", reservations?.memory],
    ["pids_limit", service.pids_limit, "limits.pids", limits?.pids],
  ] as const;
  for (const [attribute, one, other, value] of pairs) {
    if (one === undefined || value === undefined || one === value) continue;
    const both = `'${attribute}' and 'deploy.resources.${other}'`;
    note([...path, attribute], `can't set distinct values on ${both}`);
  }
}

function checkMounts(service: Service, { path, note }: Spot): void {
  const mounted = new Map<string, string>();
  const mount = (target: string, attribute: string, index: number) => {
    const place = `${[...path, attribute].join(".")}[${index}]`;
    const known = mounted.get(target);
    if (known === undefined) mounted.set(target, place);
    else note([...path, attribute, index], `target ${target} already mounted as ${known}`);
  };
  for (const [index, entry] of (service.tmpfs ?? []).entries()) {
    mount(entry.split(":")[0] ?? "", "tmpfs", index);
  }
  for (const [index, { target, type, source }] of (service.volumes ?? []).entries()) {
    mount(target, "volumes", index);
    if (type === "bind" && (source ?? "") === "") {
      const problem = 'invalid mount config for type "bind": field Source must not be empty';
      note([...path, "volumes", index], problem);
    }
  }
}

function checkWatches(service: Service, { path, note }: Spot): void {
  const watches = service.develop?.watch ?? [];
  for (const [index, { action, target, path: watched }] of watches.entries()) {
    const at = [...path, "develop", "watch", index];
    if (watched === "") note(at, "value can't be blank");
    if (target === undefined && action !== "rebuild" && action !== "restart") {
      note(at, "target is required for non-rebuild actions");
    }
  }
}

function checkPorts(service: Service, { path, note }: Spot): void {
  for (const [index, { host_ip: address, published }] of (service.ports ?? []).entries()) {
    const at = [...path, "ports", index];
    if (address !== undefined && !isAddress(address)) note(at, `invalid ip address: ${address}`);
    if (published !== undefined && published !== "" && !isPortRange(published)) {
      note(at, `invalid hostPort: ${published}`);
    }
  }
}

function isPortRange(text: string): boolean {
  const [, first = "", last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  return first !== "" && Number(first) <= Number(last) && Number(last) <= 65_535;
}

function checkContents(project: Draft, note: Note): void {
  for (const [name, { external, driver, file, environment }] of project.secrets) {
    const given = { file, environment };
    const isElsewhere = external === true || driver !== undefined;
    checkContent(["secrets", name], given, { isElsewhere, note });
  }
  for (const [name, { external, file, environment, content }] of project.configs) {
    const given = { file, environment, content };
    checkContent(["configs", name], given, { isElsewhere: external === true, note });
  }
}

function checkContent(
  path: Path,
  given: Readonly<Record<string, string | undefined>>,
  { isElsewhere, note }: { readonly isElsewhere: boolean; readonly note: Note },
): void {
  const all = path[0] === "secrets" ? "file|environment" : "file|environment|content";
  const count = Object.values(given).filter((value) => value !== undefined).length;
  const where = path.join(".");
  if (count > 1) note(path, `${where}: ${all} attributes are mutually exclusive`);
  if (count === 0 && !isElsewhere) note(path, `${where}: one of ${all} must be set`);
}
