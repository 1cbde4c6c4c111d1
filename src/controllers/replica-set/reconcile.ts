/** Keeps as many pods running as each ReplicaSet asks for. */

import { compileLabelSelector } from "#api";
import { replicaSet } from "#api/apps/v1";
import type { Controller, ControllerDeps } from "../controller.ts";
import { replicaController } from "../replica-control.ts";
import { replicaStatus } from "../replica-status.ts";

export function replicaSetController(deps: ControllerDeps): Controller {
  return replicaController(deps, {
    name: "replicaset-controller",
    queue: "replicaset",
    kind: replicaSet,
    owners: deps.informers.of(replicaSet),
    wishOf: ({ metadata, spec }) => ({
      owner: { apiVersion: "apps/v1", kind: "ReplicaSet", metadata },
      selector: compileLabelSelector(spec.selector),
      template: spec.template,
      replicas: spec.replicas ?? 1,
      minReadySeconds: spec.minReadySeconds ?? 0,
    }),
    writeStatus: async ({ client }, set, { counts, failure, nowMs }, signal) => {
      const status = replicaStatus(set, counts, failure, nowMs);
      if (status === undefined) return;
      await client.of(replicaSet).updateStatus({ ...set, status }, {}, signal);
    },
  });
}
