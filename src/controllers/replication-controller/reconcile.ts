/** Keeps as many pods running as each ReplicationController asks for. */

import { labelSelectorOf, noLabel } from "#api";
import { replicationController } from "#api/core/v1";
import type { Controller, ControllerDeps } from "../controller.ts";
import { replicaController } from "../replica-control.ts";
import { replicaStatus } from "../replica-status.ts";

export function replicationControllerController(deps: ControllerDeps): Controller {
  return replicaController(deps, {
    name: "replication-controller",
    queue: "replicationmanager",
    kind: replicationController,
    owners: deps.informers.of(replicationController),
    wishOf: ({ metadata, spec: { selector = {}, ...spec } }) => ({
      owner: { apiVersion: "v1", kind: "ReplicationController", metadata },
      // Unlike the selectors of later kinds, an empty one selects nothing.
      selector: Object.keys(selector).length === 0 ? noLabel : labelSelectorOf(selector),
      template: spec.template,
      replicas: spec.replicas ?? 1,
      minReadySeconds: spec.minReadySeconds ?? 0,
    }),
    writeStatus: async ({ client }, object, { counts, failure, nowMs }, signal) => {
      // This kind does not tell which pods are terminating.
      const { terminatingReplicas: _untold, ...told } = counts;
      const status = replicaStatus(object, told, failure, nowMs);
      if (status === undefined) return;
      await client.of(replicationController).updateStatus({ ...object, status }, {}, signal);
    },
  });
}
