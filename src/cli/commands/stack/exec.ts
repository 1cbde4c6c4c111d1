import { defineCommand } from "../../command.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";

export const stackExecCommand = defineCommand({
  usage: "stack exec STACK SERVICE COMMAND [ARG...]",
  summary: "Run a command in a container of a service.",
  description:
    "On a terminal the command gets one, too. Exits as the command does. Flags stand before STACK;\n" +
    "what follows SERVICE is the command's. --env and --workdir need a shell in the container.",
  examples: ["stack exec mystack db psql -U postgres", "stack exec -T mystack web cat /etc/hosts"],
  reach: "leading",
  flags: {
    ...connectionFlags,
    "no-tty": { type: "boolean", short: "T", help: "no terminal for the command" },
    index: {
      type: "integer",
      placeholder: "N",
      min: 1,
      max: 100_000,
      help: "the service's N-th pod, the oldest being 1 (default one that runs)",
    },
    env: { type: "pairs", short: "e", placeholder: "NAME=VALUE", help: "variable for the command" },
    workdir: { type: "string", short: "w", placeholder: "DIR", help: "directory to run it in" },
    user: { type: "string", short: "u", placeholder: "USER", help: "not possible on Kubernetes" },
    privileged: { type: "boolean", help: "not possible on Kubernetes" },
    detach: { type: "boolean", short: "d", help: "not possible on Kubernetes" },
  },
  async run(args, flags, context, given) {
    const { execInService } = await import("../../stack/exec-service.ts");
    return execInService(context, args, flags, given);
  },
});
