/** The programs that build images, and how each is asked for the same thing. Pure. */

export const builderNames = ["docker", "podman", "buildah", "nerdctl"] as const;
export type BuilderName = (typeof builderNames)[number];

export interface Builder {
  /** Succeeds where the program can build: those that need a daemon ask it. */
  readonly probe: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  tag(id: string, reference: string): readonly string[];
  push(reference: string): readonly string[];
  /** Writes an archive that `docker load` reads. */
  save(reference: string, file: string): readonly string[];
}

const tagAndPush = {
  tag: (id: string, reference: string) => ["tag", id, reference],
  push: (reference: string) => ["push", reference],
};

export const builders: Readonly<Record<BuilderName, Builder>> = {
  docker: {
    ...tagAndPush,
    probe: ["version", "--format", "{{.Server.Version}}"],
    env: { DOCKER_BUILDKIT: "1" },
    save: (reference, file) => ["save", "--output", file, reference],
  },
  podman: {
    ...tagAndPush,
    probe: ["version"],
    env: {},
    save: (reference, file) => ["save", "--format", "docker-archive", "--output", file, reference],
  },
  buildah: {
    ...tagAndPush,
    probe: ["version"],
    env: {},
    save: (reference, file) => ["push", reference, `docker-archive:${file}:${reference}`],
  },
  nerdctl: {
    ...tagAndPush,
    probe: ["info", "--format", "{{.ServerVersion}}"],
    env: {},
    save: (reference, file) => ["save", "--output", file, reference],
  },
};
