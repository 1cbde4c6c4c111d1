/** Flags that commands about stacks have in common. */
import { clusterFlags } from "../cluster.ts";
import type { Flags, FlagValues } from "../flags.ts";

/** Which cluster, and where in it. */
export const connectionFlags = {
  ...clusterFlags,
  context: {
    type: "string",
    placeholder: "CONTEXT",
    help: "context of the kubeconfig (default the current one, or the cluster of --name)",
  },
  namespace: {
    type: "string",
    short: "n",
    placeholder: "NAMESPACE",
    help: "namespace of the stack (default that of the context)",
  },
} as const satisfies Flags;

export type ConnectionFlagValues = FlagValues<typeof connectionFlags>;

/** Which Compose files, and how they are read. */
export const composeFlags = {
  "compose-file": {
    type: "list",
    short: "c",
    placeholder: "FILE",
    help: "Compose file, later ones over earlier ones, or - for standard input",
  },
  file: { type: "list", short: "f", placeholder: "FILE", help: "the same as --compose-file" },
  "env-file": {
    type: "list",
    placeholder: "FILE",
    help: "file of variables (default .env beside the Compose file)",
  },
  profile: { type: "list", placeholder: "PROFILE", help: "profile to activate, or * for all" },
  "project-directory": {
    type: "string",
    placeholder: "DIR",
    help: "where relative paths start (default the directory of the first Compose file)",
  },
  strict: { type: "boolean", help: "refuse every attribute that Kubernetes does not honour" },
  loose: { type: "boolean", help: "refuse none, and no unknown attributes either" },
} as const satisfies Flags;

export type ComposeFlagValues = FlagValues<typeof composeFlags>;

/** What becomes of it on Kubernetes. */
export const conversionFlags = {
  publish: {
    type: "string",
    placeholder: "HOW",
    choices: ["loadbalancer", "nodeport", "forward"],
    default: "loadbalancer",
    help: "how published ports are reached",
  },
  "allow-host-path": {
    type: "boolean",
    help: "let containers see directories of the nodes",
  },
  isolation: {
    type: "string",
    placeholder: "HOW",
    choices: ["networks", "none"],
    default: "networks",
    help: "whether networks keep services apart",
  },
  "volume-size": {
    type: "string",
    placeholder: "SIZE",
    default: "1Gi",
    help: "of volumes that do not say how large they are",
  },
} as const satisfies Flags;

export type ConversionFlagValues = FlagValues<typeof conversionFlags>;
