import type { PodSecurityContext, SecurityContext } from "#api/core/v1";
import type { Path } from "#compose";
import type { Report } from "../report.ts";
import type { Conversion, StackService } from "../stack-service.ts";

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** What a container may do. */
export function securityOf(service: StackService, { report }: Conversion): SecurityContext {
  const { definition, path } = service;
  const context: Mutable<SecurityContext> = { ...userOf(service, report) };
  const { cap_add: add, cap_drop: drop, privileged, read_only: readOnly } = definition;
  if (add !== undefined || drop !== undefined) {
    context.capabilities = {
      ...(add === undefined ? {} : { add: add.map(capabilityOf) }),
      ...(drop === undefined ? {} : { drop: drop.map(capabilityOf) }),
    };
  }
  if (privileged === true) context.privileged = true;
  if (readOnly === true) context.readOnlyRootFilesystem = true;
  for (const [index, option] of (definition.security_opt ?? []).entries()) {
    applyOption(context, option, { path: [...path, "security_opt", index], report });
  }
  return context;
}

/** What all containers of the pods have in common. */
export function podSecurityOf(service: StackService, { report }: Conversion): PodSecurityContext {
  const { definition, path, kompose } = service;
  const context: Mutable<PodSecurityContext> = {};
  const groups = (definition.group_add ?? []).flatMap((group, index) => {
    const id = idOf(group);
    if (id === undefined) {
      const reason = `only the image knows which number the group "${group}" has`;
      report.refuse([...path, "group_add", index], reason);
    }
    return id ?? [];
  });
  if (groups.length > 0) context.supplementalGroups = groups;
  const sysctls = [...(definition.sysctls ?? [])].map(([name, value]) => ({ name, value }));
  if (sysctls.length > 0) context.sysctls = sysctls;
  const fsGroup = idOf(kompose.get("security-context.fsgroup") ?? "");
  if (fsGroup !== undefined) context.fsGroup = fsGroup;
  return context;
}

function userOf({ definition, path }: StackService, report: Report): SecurityContext {
  const { user } = definition;
  if (user === undefined || user === "") return {};
  const [name = "", group] = user.split(":");
  const [uid, gid] = [idOf(name), group === undefined ? undefined : idOf(group)];
  if (uid === undefined || (group !== undefined && gid === undefined)) {
    const unknown = uid === undefined ? name : group;
    const advice = "write the number instead";
    const reason = `only the image knows which number "${unknown}" has: ${advice}`;
    report.refuse([...path, "user"], reason);
  }
  return {
    ...(uid === undefined ? {} : { runAsUser: uid }),
    ...(gid === undefined ? {} : { runAsGroup: gid }),
  };
}

/** The number of a user or a group; root has the same everywhere. */
function idOf(name: string): number | undefined {
  if (name === "root") return 0;
  return /^\d{1,10}$/.test(name) ? Number(name) : undefined;
}

function capabilityOf(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, "");
}

function applyOption(
  context: Mutable<SecurityContext>,
  option: string,
  { path, report }: { readonly path: Path; readonly report: Report },
): void {
  const [, name = "", value = ""] = /^([\w-]+)(?:[:=](.*))?$/.exec(option) ?? [];
  if (name === "no-new-privileges") {
    context.allowPrivilegeEscalation = value === "false";
  } else if (name === "seccomp") {
    if (value === "unconfined") context.seccompProfile = { type: "Unconfined" };
    else if (value === "builtin") context.seccompProfile = { type: "RuntimeDefault" };
    else report.refuse(path, "a seccomp profile has to be on the nodes, not on this machine");
  } else if (name === "apparmor") {
    context.appArmorProfile =
      value === "unconfined"
        ? { type: "Unconfined" }
        : { type: "Localhost", localhostProfile: value };
  } else if (name === "label") {
    applySelinux(context, value, { path, report });
  } else {
    report.lose(path, "ignored", "Kubernetes has no such option");
  }
}

function applySelinux(
  context: Mutable<SecurityContext>,
  label: string,
  { path, report }: { readonly path: Path; readonly report: Report },
): void {
  const [, name, value = ""] = /^(user|role|type|level):(.+)$/.exec(label) ?? [];
  if (name === undefined) report.lose(path, "ignored", "Kubernetes has no such option");
  else context.seLinuxOptions = { ...context.seLinuxOptions, [name]: value };
}
