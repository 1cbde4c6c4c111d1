import { defineCommand } from "../../command.ts";
import { composeFlags, conversionFlags } from "../../stack/stack-flags.ts";

export const stackConvertCommand = defineCommand({
  usage: "stack convert [STACK]",
  summary: "Print what a Compose file becomes on Kubernetes.",
  description:
    "Needs no cluster. What Kubernetes does not honour is told on standard error, with its line.",
  examples: [
    "stack convert -c docker-compose.yml mystack > mystack.yaml",
    "stack convert --helm chart/ mystack",
  ],
  flags: {
    ...composeFlags,
    ...conversionFlags,
    namespace: {
      type: "string",
      short: "n",
      placeholder: "NAMESPACE",
      default: "default",
      help: "namespace of the objects",
    },
    kustomize: { type: "string", placeholder: "DIR", help: "write a Kustomize base there" },
    helm: { type: "string", placeholder: "DIR", help: "write a Helm chart there" },
  },
  async run(args, flags, context) {
    const { convertStack } = await import("../../stack/convert-stack.ts");
    await convertStack(context, args, flags);
  },
});
