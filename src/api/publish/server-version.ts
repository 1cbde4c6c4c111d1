/** What `GET /version` tells. */

/** The release of Kubernetes whose behaviour this is. */
export const kubernetesVersion = { major: "1", minor: "36", patch: "2" };

/** As `/version` and nodes show it; the suffix tells that this is no upstream build. */
export const gitVersion = `v${kubernetesVersion.major}.${kubernetesVersion.minor}.${kubernetesVersion.patch}+wherry`;

export interface ServerVersionFacts {
  /** For example `linux/amd64`. */
  readonly platform: string;
  /** Version of the JavaScript runtime, for example `v24.1.0`. */
  readonly runtimeVersion: string;
}

/** The answer, in the shape that clients parse. */
export function serverVersion({ platform, runtimeVersion }: ServerVersionFacts) {
  const { major, minor } = kubernetesVersion;
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: `node${runtimeVersion.replace(/^v/, "")}`,
    compiler: "node",
    platform,
  };
}
