import { directoryOf, fileOf } from "#base";
import { type ImageContent } from "./image-archive.ts";

/** What sandboxes run. It is built on each node, never pulled. */
export const pauseReference = "wherry.local/pause:1";

/**
 * The image that holds a pod's namespaces open: one static program that waits, and reaps orphans
 * where the pod shares its process namespace. `catatonit` is Debian's `catatonit -P`.
 */
export function pauseImage(catatonit: Uint8Array, architecture: string): ImageContent {
  return {
    references: [pauseReference],
    architecture,
    config: {
      entrypoint: ["/pause", "-P"],
      args: [],
      env: ["PATH=/"],
      workingDir: "/",
      user: "65535:65535",
      exposedPorts: [],
    },
    // The mount points that a runtime fills; overlayfs would have to make them in each sandbox.
    layers: [
      [
        directoryOf("dev"),
        directoryOf("proc"),
        directoryOf("sys"),
        fileOf("pause", catatonit, 0o755),
      ],
    ],
  };
}
