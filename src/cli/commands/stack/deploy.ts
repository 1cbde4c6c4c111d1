import { defineCommand } from "../../command.ts";
import { buildFlags } from "../../stack/build-flags.ts";
import { deliveryFlags } from "../../stack/delivery-flags.ts";
import { composeFlags, connectionFlags, conversionFlags } from "../../stack/stack-flags.ts";

export const stackDeployCommand = defineCommand({
  usage: "stack deploy [STACK]",
  aliases: ["stack up"],
  summary: "Deploy a Compose file, or bring what runs of it up to date.",
  description:
    "Works on any Kubernetes. Shows what changes, asks on a terminal, applies, and waits until every\n" +
    "service runs. What has left the file is removed; volumes stay. Nothing is applied when the\n" +
    "cluster refuses a part of it. Exit status 0 when everything runs, 1 otherwise.",
  examples: [
    "stack deploy --namespace my-app --compose-file docker-compose.yml mystack",
    "stack deploy -c docker-compose.yml --dry-run mystack",
    "stack deploy -c docker-compose.yml --context my-eks --yes mystack",
  ],
  flags: {
    ...connectionFlags,
    ...composeFlags,
    ...conversionFlags,
    ...deliveryFlags,
    ...buildFlags,
    build: { type: "boolean", help: "build images first, and use exactly those" },
    localhost: {
      type: "boolean",
      default: true,
      help: "bring published ports to this machine while the stack runs; --localhost=false does not",
    },
    orchestrator: {
      type: "string",
      placeholder: "NAME",
      choices: ["kubernetes", "all"],
      help: "taken for the sake of Docker's command line",
    },
    "with-registry-auth": {
      type: "boolean",
      help: "hand the accounts of docker login on to the nodes, for the registries of these images",
    },
    "resolve-image": {
      type: "string",
      placeholder: "WHEN",
      choices: ["never"],
      default: "never",
      help: "nodes resolve images",
    },
  },
  async run(args, flags, context, given) {
    const { runDeploy } = await import("../../stack/run-deploy.ts");
    return runDeploy(context, args, flags, given);
  },
});
