import { type Score, scoreMax } from "../plugin.ts";

/** Prefers nodes on which CPU and memory fill up at the same pace. */
export const balancedAllocation: Score = {
  name: "NodeResourcesBalancedAllocation",
  weight: 1,
  prepare: (needs) =>
    needs.request.cpuMilli === 0 && needs.request.memoryBytes === 0
      ? undefined
      : {
          normalize: "none",
          scoreOf(node) {
            const { cpuMilli, memoryBytes } = node.allocatable;
            if (cpuMilli === 0 || memoryBytes === 0) return 0;
            const cpu = (node.requestedCpuMilli + needs.request.cpuMilli) / cpuMilli;
            const memory = (node.requestedMemoryBytes + needs.request.memoryBytes) / memoryBytes;
            const deviation = Math.abs(Math.min(1, cpu) - Math.min(1, memory)) / 2;
            return Math.floor((1 - deviation) * scoreMax);
          },
        },
};
