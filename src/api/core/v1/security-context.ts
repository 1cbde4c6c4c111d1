import { atomicListOf, boolean, field, int64, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const appArmorProfile = type(
  "AppArmorProfile",
  "The AppArmor profile that confines a container.",
  {
    type: field(1, string, "RuntimeDefault, Localhost or Unconfined.").required(),
    localhostProfile: field(
      2,
      string,
      "Name of a profile loaded on the node, for Localhost.",
    ).pointer(),
  },
  {
    unions: [
      {
        discriminator: "type",
        "fields-to-discriminateBy": { localhostProfile: "LocalhostProfile" },
      },
    ],
  },
);
export interface AppArmorProfile extends TypeOf<typeof appArmorProfile> {}

export const capabilities = type(
  "Capabilities",
  "Linux capabilities beside the runtime's default.",
  {
    add: field(1, atomicListOf(string), "Capabilities to grant."),
    drop: field(2, atomicListOf(string), "Capabilities to take away."),
  },
);
export interface Capabilities extends TypeOf<typeof capabilities> {}

export const seLinuxOptions = type("SELinuxOptions", "A context of SELinux.", {
  user: field(1, string, "User of the context."),
  role: field(2, string, "Role of the context."),
  type: field(3, string, "Type of the context."),
  level: field(4, string, "Level of the context."),
});
export interface SELinuxOptions extends TypeOf<typeof seLinuxOptions> {}

export const seccompProfile = type(
  "SeccompProfile",
  "The seccomp profile that confines a container.",
  {
    type: field(1, string, "RuntimeDefault, Localhost or Unconfined.").required(),
    localhostProfile: field(
      2,
      string,
      "File of the profile below the node agent's seccomp directory, for Localhost.",
    ).pointer(),
  },
  {
    unions: [
      {
        discriminator: "type",
        "fields-to-discriminateBy": { localhostProfile: "LocalhostProfile" },
      },
    ],
  },
);
export interface SeccompProfile extends TypeOf<typeof seccompProfile> {}

export const sysctl = type("Sysctl", "A kernel parameter.", {
  name: field(1, string, "Name of the parameter.").required(),
  value: field(2, string, "Value of the parameter.").required(),
});
export interface Sysctl extends TypeOf<typeof sysctl> {}

export const windowsSecurityContextOptions = type(
  "WindowsSecurityContextOptions",
  "Privileges of a container on Windows.",
  {
    gmsaCredentialSpecName: field(1, string, "Name of the credential spec to use.").pointer(),
    gmsaCredentialSpec: field(
      2,
      string,
      "The credential spec itself, filled in by an admission webhook.",
    ).pointer(),
    runAsUserName: field(3, string, "User to run as; that of the image by default.").pointer(),
    hostProcess: field(4, boolean, "Whether the container runs on the host itself.").pointer(),
  },
);
export interface WindowsSecurityContextOptions
  extends TypeOf<typeof windowsSecurityContextOptions> {}

export const podSecurityContext = type(
  "PodSecurityContext",
  "Privileges of a pod and defaults for its containers.",
  {
    seLinuxOptions: field(1, seLinuxOptions, "SELinux context of the containers.").pointer(),
    runAsUser: field(
      2,
      int64,
      "User that containers run as; that of the image by default.",
    ).pointer(),
    runAsNonRoot: field(3, boolean, "Whether containers must not run as root.").pointer(),
    supplementalGroups: field(
      4,
      atomicListOf(int64),
      "Further groups of the first process of each container.",
    ),
    fsGroup: field(
      5,
      int64,
      "Group that owns the volumes, and a further group of all containers.",
    ).pointer(),
    runAsGroup: field(
      6,
      int64,
      "Group that containers run as; that of the runtime by default.",
    ).pointer(),
    sysctls: field(7, atomicListOf(sysctl), "Kernel parameters to set for the pod."),
    windowsOptions: field(8, windowsSecurityContextOptions, "Settings for Windows.").pointer(),
    fsGroupChangePolicy: field(
      9,
      string,
      "When ownership of a volume is changed: Always (the default) or OnRootMismatch.",
    ).pointer(),
    seccompProfile: field(10, seccompProfile, "Seccomp profile of the containers.").pointer(),
    appArmorProfile: field(11, appArmorProfile, "AppArmor profile of the containers.").pointer(),
    supplementalGroupsPolicy: field(
      12,
      string,
      "Merge (the default) adds the groups that the image gives the user; Strict does not.",
    ).pointer(),
    seLinuxChangePolicy: field(
      13,
      string,
      "How volumes get their SELinux label: MountOption (the default) or Recursive.",
    ).pointer(),
  },
);
export interface PodSecurityContext extends TypeOf<typeof podSecurityContext> {}

export const securityContext = type(
  "SecurityContext",
  "Privileges of a container; they go before those of the pod.",
  {
    capabilities: field(
      1,
      capabilities,
      "Linux capabilities beside the runtime's default.",
    ).pointer(),
    privileged: field(
      2,
      boolean,
      "Whether processes have all rights of root on the node.",
    ).pointer(),
    seLinuxOptions: field(3, seLinuxOptions, "SELinux context.").pointer(),
    runAsUser: field(4, int64, "User to run as; that of the image by default.").pointer(),
    runAsNonRoot: field(5, boolean, "Whether the container must not run as root.").pointer(),
    readOnlyRootFilesystem: field(
      6,
      boolean,
      "Whether the root file system cannot be written.",
    ).pointer(),
    allowPrivilegeEscalation: field(
      7,
      boolean,
      "Whether a process can gain more rights than its parent.",
    ).pointer(),
    runAsGroup: field(8, int64, "Group to run as; that of the runtime by default.").pointer(),
    procMount: field(9, string, "Default, or Unmasked: all of /proc is visible.").pointer(),
    windowsOptions: field(10, windowsSecurityContextOptions, "Settings for Windows.").pointer(),
    seccompProfile: field(11, seccompProfile, "Seccomp profile.").pointer(),
    appArmorProfile: field(12, appArmorProfile, "AppArmor profile.").pointer(),
  },
);
export interface SecurityContext extends TypeOf<typeof securityContext> {}
