import { atomicListOf, boolean, field, int64, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const appArmorProfile = type(
  "AppArmorProfile",
  "",
  {
    type: field(1, string, "").required(),
    localhostProfile: field(2, string, "").pointer(),
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

export const capabilities = type("Capabilities", "", {
  add: field(1, atomicListOf(string), ""),
  drop: field(2, atomicListOf(string), ""),
});
export interface Capabilities extends TypeOf<typeof capabilities> {}

export const seLinuxOptions = type("SELinuxOptions", "", {
  user: field(1, string, ""),
  role: field(2, string, ""),
  type: field(3, string, ""),
  level: field(4, string, ""),
});
export interface SELinuxOptions extends TypeOf<typeof seLinuxOptions> {}

export const seccompProfile = type(
  "SeccompProfile",
  "",
  {
    type: field(1, string, "").required(),
    localhostProfile: field(2, string, "").pointer(),
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

export const sysctl = type("Sysctl", "", {
  name: field(1, string, "").required(),
  value: field(2, string, "").required(),
});
export interface Sysctl extends TypeOf<typeof sysctl> {}

export const windowsSecurityContextOptions = type("WindowsSecurityContextOptions", "", {
  gmsaCredentialSpecName: field(1, string, "").pointer(),
  gmsaCredentialSpec: field(2, string, "").pointer(),
  runAsUserName: field(3, string, "").pointer(),
  hostProcess: field(4, boolean, "").pointer(),
});
export interface WindowsSecurityContextOptions
  extends TypeOf<typeof windowsSecurityContextOptions> {}

export const podSecurityContext = type("PodSecurityContext", "", {
  seLinuxOptions: field(1, seLinuxOptions, "").pointer(),
  runAsUser: field(2, int64, "").pointer(),
  runAsNonRoot: field(3, boolean, "").pointer(),
  supplementalGroups: field(4, atomicListOf(int64), ""),
  fsGroup: field(5, int64, "").pointer(),
  runAsGroup: field(6, int64, "").pointer(),
  sysctls: field(7, atomicListOf(sysctl), ""),
  windowsOptions: field(8, windowsSecurityContextOptions, "").pointer(),
  fsGroupChangePolicy: field(9, string, "").pointer(),
  seccompProfile: field(10, seccompProfile, "").pointer(),
  appArmorProfile: field(11, appArmorProfile, "").pointer(),
  supplementalGroupsPolicy: field(12, string, "").pointer(),
  seLinuxChangePolicy: field(13, string, "").pointer(),
});
export interface PodSecurityContext extends TypeOf<typeof podSecurityContext> {}

export const securityContext = type("SecurityContext", "", {
  capabilities: field(1, capabilities, "").pointer(),
  privileged: field(2, boolean, "").pointer(),
  seLinuxOptions: field(3, seLinuxOptions, "").pointer(),
  runAsUser: field(4, int64, "").pointer(),
  runAsNonRoot: field(5, boolean, "").pointer(),
  readOnlyRootFilesystem: field(6, boolean, "").pointer(),
  allowPrivilegeEscalation: field(7, boolean, "").pointer(),
  runAsGroup: field(8, int64, "").pointer(),
  procMount: field(9, string, "").pointer(),
  windowsOptions: field(10, windowsSecurityContextOptions, "").pointer(),
  seccompProfile: field(11, seccompProfile, "").pointer(),
  appArmorProfile: field(12, appArmorProfile, "").pointer(),
});
export interface SecurityContext extends TypeOf<typeof securityContext> {}
