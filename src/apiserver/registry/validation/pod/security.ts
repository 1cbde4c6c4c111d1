/** Privileges of pods and containers. */

import type { PodSecurityContext, SecurityContext } from "#api/core/v1";
import { idProblems } from "../numbers.ts";
import {
  duplicate,
  invalidValue,
  notSupported,
  optionalChoiceProblems,
  type Problems,
  required,
} from "../problems.ts";

type SeccompProfile = NonNullable<SecurityContext["seccompProfile"]>;
type AppArmorProfile = NonNullable<SecurityContext["appArmorProfile"]>;

const profileTypes = ["Localhost", "RuntimeDefault", "Unconfined"];
const sysctlLengthMax = 253;
const sysctlPart = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const sysctlName = `^(${sysctlPart}[\\./])*${sysctlPart}$`;
const sysctlPattern = new RegExp(sysctlName);

/** Of one container. */
export function* securityProblems(path: string, context: SecurityContext): Problems {
  yield* idProblems(`${path}.runAsUser`, context.runAsUser);
  yield* idProblems(`${path}.runAsGroup`, context.runAsGroup);
  const { procMount } = context;
  yield* optionalChoiceProblems(`${path}.procMount`, procMount, ["Default", "Unmasked"]);
  if (procMount === "Unmasked") {
    yield invalidValue(
      `${path}.procMount`,
      procMount,
      "`hostUsers` must be false to use `Unmasked`",
    );
  }
  if (context.seccompProfile) {
    yield* seccompProblems(`${path}.seccompProfile`, context.seccompProfile);
  }
  yield* escalationProblems(path, context);
  if (context.appArmorProfile) {
    yield* appArmorProblems(`${path}.appArmorProfile`, context.appArmorProfile);
  }
}

/** Who has all privileges cannot be kept from gaining some. */
function* escalationProblems(path: string, context: SecurityContext): Problems {
  if (context.allowPrivilegeEscalation !== false) return;
  if (context.privileged === true) {
    const why = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
    yield invalidValue(path, context, why);
  }
  if (context.capabilities?.add?.includes("CAP_SYS_ADMIN") === true) {
    const why =
      "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
    yield invalidValue(path, context, why);
  }
}

/** Of the pod as a whole. */
export function* podSecurityProblems(path: string, context: PodSecurityContext): Problems {
  yield* idProblems(`${path}.fsGroup`, context.fsGroup);
  yield* idProblems(`${path}.runAsUser`, context.runAsUser);
  yield* idProblems(`${path}.runAsGroup`, context.runAsGroup);
  for (const [index, group] of (context.supplementalGroups ?? []).entries()) {
    yield* idProblems(`${path}.supplementalGroups[${index}]`, group);
  }
  yield* sysctlsProblems(`${path}.sysctls`, context.sysctls ?? []);
  const { fsGroupChangePolicy, supplementalGroupsPolicy } = context;
  const changes = ["Always", "OnRootMismatch"];
  yield* optionalChoiceProblems(`${path}.fsGroupChangePolicy`, fsGroupChangePolicy, changes);
  if (context.seccompProfile) {
    yield* seccompProblems(`${path}.seccompProfile`, context.seccompProfile);
  }
  if (context.appArmorProfile) {
    yield* appArmorProblems(`${path}.appArmorProfile`, context.appArmorProfile);
  }
  const policies = ["Merge", "Strict"];
  yield* optionalChoiceProblems(
    `${path}.supplementalGroupsPolicy`,
    supplementalGroupsPolicy,
    policies,
  );
}

function* sysctlsProblems(
  path: string,
  sysctls: NonNullable<PodSecurityContext["sysctls"]>,
): Problems {
  const seen = new Set<string>();
  for (const [index, { name }] of sysctls.entries()) {
    const field = `${path}[${index}].name`;
    if (name === "") yield required(field);
    else if (name.length > sysctlLengthMax || !sysctlPattern.test(name)) {
      const why = `must have at most ${sysctlLengthMax} characters and match regex ${sysctlName}`;
      yield invalidValue(field, name, why);
    } else if (seen.has(name)) yield duplicate(field, name);
    seen.add(name);
  }
}

function* seccompProblems(path: string, profile: SeccompProfile): Problems {
  const { type, localhostProfile } = profile;
  if (type === "") {
    yield required(`${path}.type`, "type is required when seccompProfile is set");
  } else if (!profileTypes.includes(type)) yield notSupported(`${path}.type`, type, profileTypes);
  const field = `${path}.localhostProfile`;
  if (type === "Localhost" && localhostProfile === undefined) {
    yield required(field, "must be set when seccomp type is Localhost");
  } else if (type !== "Localhost" && localhostProfile !== undefined) {
    yield invalidValue(field, profile, "can only be set when seccomp type is Localhost");
  }
}

function* appArmorProblems(path: string, { type, localhostProfile }: AppArmorProfile): Problems {
  const field = `${path}.localhostProfile`;
  if (type === "Localhost" && (localhostProfile ?? "") === "") {
    yield required(field, "must be set when AppArmor type is Localhost");
  } else if (type !== "Localhost" && localhostProfile !== undefined) {
    yield invalidValue(field, localhostProfile, "can only be set when AppArmor type is Localhost");
  }
  if (type === "") {
    yield required(`${path}.type`, "type is required when appArmorProfile is set");
  } else if (!profileTypes.includes(type)) yield notSupported(`${path}.type`, type, profileTypes);
}
