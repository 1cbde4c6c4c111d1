import type { Controller, ControllerDeps } from "./controller.ts";
import { deploymentController } from "./deployment/reconcile.ts";
import { endpointSliceController } from "./endpoint-slice/reconcile.ts";
import { endpointsController } from "./endpoints/reconcile.ts";
import { replicaSetController } from "./replica-set/reconcile.ts";

/** Every controller of the control plane. Ask for them before the informers are run. */
export function allControllers(deps: ControllerDeps): readonly Controller[] {
  return [
    deploymentController(deps),
    replicaSetController(deps),
    endpointSliceController(deps),
    endpointsController(deps),
  ];
}
