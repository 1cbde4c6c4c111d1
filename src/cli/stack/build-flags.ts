import type { Flags } from "../flags.ts";

/** How images are built, and where they go. */
export const buildFlags = {
  registry: {
    type: "string",
    placeholder: "REGISTRY",
    help: "push built images there, for example ghcr.io/me (default: load them into our own nodes)",
  },
  builder: {
    type: "string",
    placeholder: "PROGRAM",
    choices: ["docker", "podman", "buildah", "nerdctl"],
    help: "what builds (default the first of these that works)",
  },
} as const satisfies Flags;
