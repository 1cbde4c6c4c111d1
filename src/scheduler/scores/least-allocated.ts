import { type Score, scoreMax } from "../plugin.ts";

/** Prefers nodes with more left of what the pod asks for. */
export const leastAllocated: Score = {
  name: "NodeResourcesFit",
  weight: 1,
  prepare: (needs) => ({
    normalize: "none",
    scoreOf(node) {
      const cpu = freeShare(
        node.scoringCpuMilli + needs.scoringCpuMilli,
        node.allocatable.cpuMilli,
      );
      const memory = freeShare(
        node.scoringMemoryBytes + needs.scoringMemoryBytes,
        node.allocatable.memoryBytes,
      );
      return Math.floor((cpu + memory) / 2);
    },
  }),
};

function freeShare(used: number, limit: number): number {
  return limit === 0 || used > limit ? 0 : Math.floor(((limit - used) * scoreMax) / limit);
}
