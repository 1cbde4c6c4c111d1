import type { ComposeProject, Path, Service } from "#compose";
import { type KomposeLabels, komposeLabelsOf } from "./attributes/kompose-labels.ts";
import { type KubernetesExtension, readExtension } from "./attributes/kubernetes-extension.ts";
import type { StackFiles } from "./files/stack-files.ts";
import type { Alias } from "./objects/aliases.ts";
import { isServiceName, objectNameOf } from "./names.ts";
import type { StackOptions } from "./options.ts";
import type { Report } from "./report.ts";

/** What every step of a conversion works with. */
export interface Conversion {
  readonly project: ComposeProject;
  readonly files: StackFiles;
  readonly options: StackOptions;
  readonly report: Report;
  /** By name in the file. */
  readonly services: ReadonlyMap<string, StackService>;
  /** The other names of services. */
  readonly aliases: readonly Alias[];
  /** Whether networks keep services of the stack apart. */
  readonly isIsolating: boolean;
}

/** A service on its way to Kubernetes. */
export interface StackService {
  readonly name: string;
  readonly objectName: string;
  readonly definition: Service;
  readonly path: Path;
  readonly kompose: KomposeLabels;
  readonly extension: KubernetesExtension;
  /** The service in whose pods this one lives, by `network_mode: service:…`. */
  readonly host: string | undefined;
  /** Whether another service waits for it to finish. */
  readonly isAwaited: boolean;
}

/** The services of the project, with names that the cluster can have. */
export function stackServicesOf(
  project: ComposeProject,
  report: Report,
): ReadonlyMap<string, StackService> {
  const awaited = awaitedServices(project);
  const owners = new Map<string, string>();
  const services = new Map<string, StackService>();
  for (const [name, definition] of project.services) {
    const path = ["services", name];
    const objectName = objectNameOf(name);
    checkName({ name, objectName, path }, owners, report);
    services.set(name, {
      name,
      objectName,
      definition,
      path,
      kompose: komposeLabelsOf(definition, path, report),
      extension: readExtension(definition, path, report),
      host: hostOf(definition),
      isAwaited: awaited.has(name),
    });
  }
  return services;
}

function checkName(
  { name, objectName, path }: Pick<StackService, "name" | "objectName" | "path">,
  owners: Map<string, string>,
  report: Report,
): void {
  const owner = owners.get(objectName);
  owners.set(objectName, name);
  if (!isServiceName(objectName)) {
    const rule = "lower case letters, digits and -, starting with a letter, at most 63 characters";
    report.reject(path, `service "${name}" needs a name that DNS can have: ${rule}`);
  } else if (owner !== undefined) {
    const both = `services "${owner}" and "${name}"`;
    report.reject(path, `${both} are both called "${objectName}" in the cluster`);
  } else if (objectName !== name) {
    const advice = "whatever addresses it by its old name has to use the new one";
    report.lose(path, "changed", `it is called "${objectName}" in the cluster; ${advice}`);
  }
}

function hostOf({ network_mode: mode }: Service): string | undefined {
  return /^service:(.+)$/.exec(mode ?? "")?.[1];
}

function awaitedServices(project: ComposeProject): ReadonlySet<string> {
  const waits = [...project.services.values()].flatMap(({ depends_on: waited = new Map() }) => [
    ...waited,
  ]);
  return new Set(
    waits.flatMap(([name, { condition }]) =>
      condition === "service_completed_successfully" ? [name] : [],
    ),
  );
}
