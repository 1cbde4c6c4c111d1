import { parseQuantity } from "#api";
import { defineCommand, refuseArgs } from "../command.ts";
import { connectionFlags } from "../stack/stack-flags.ts";

const { namespace: _everywhere, ...clusterFlags } = connectionFlags;

export const recommendNodesCommand = defineCommand({
  usage: "recommend nodes",
  summary: "Show how many more nodes the pods need that no node has room for.",
  description:
    "Places them by the scheduler's own filters, on nodes like one that is there (--like) or of a size. Nothing is changed. Exit status 0 when no node is needed, else 1.",
  examples: ["recommend nodes", "recommend nodes --like node-1", "recommend nodes --node-cpu 8"],
  flags: {
    ...clusterFlags,
    like: { type: "string", placeholder: "NODE", help: "a node such as would be added" },
    "node-cpu": { type: "string", placeholder: "CPU", default: "4", help: "without --like" },
    "node-memory": {
      type: "string",
      placeholder: "BYTES",
      default: "16Gi",
      help: "without --like",
    },
    max: {
      type: "integer",
      placeholder: "COUNT",
      min: 1,
      max: 5_000,
      default: 100,
      help: "more nodes than this are not recommended",
    },
    output: {
      type: "string",
      short: "o",
      placeholder: "FORMAT",
      choices: ["text", "json"],
      default: "text",
      help: "of the answer",
    },
  },
  async run(args, flags, context, given) {
    refuseArgs("recommend nodes", args);
    parseQuantity(flags["node-cpu"]);
    parseQuantity(flags["node-memory"]);
    const { recommend } = await import("../recommendation/recommend.ts");
    return recommend(context, flags, given);
  },
});
