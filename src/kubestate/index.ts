export { createKubeState, type KubeState } from "./kube-state.ts";
