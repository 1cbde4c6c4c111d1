export type { Controller, ControllerDeps } from "./controller.ts";
export { allControllers } from "./all.ts";
