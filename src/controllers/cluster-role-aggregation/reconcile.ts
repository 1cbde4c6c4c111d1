/** Gives ClusterRoles that are made of others, as `admin`, `edit` and `view`, their rules. */

import { clusterRole } from "#api/rbac/v1";
import { settled } from "#client";
import { type Controller, type ControllerDeps, keyedController } from "../controller.ts";
import { planRules } from "./plan.ts";

export function clusterRoleAggregationController(deps: ControllerDeps): Controller {
  const roles = deps.informers.of(clusterRole);
  return keyedController(deps, {
    name: "clusterrole-aggregation-controller",
    queue: "ClusterRoleAggregator",
    feed: (add) => [
      // Whatever changes may belong to any of the few roles that are made of others.
      roles.onChange(() => {
        for (const { metadata, aggregationRule } of roles.cache.list()) {
          if (aggregationRule !== undefined) add({ namespace: "", name: metadata.name });
        }
      }),
    ],
    async reconcile({ client }, key, signal) {
      const role = roles.cache.find(key);
      if (role === undefined) return settled;
      const rules = planRules(role, roles.cache.list());
      if (rules !== undefined) await client.of(clusterRole).update({ ...role, rules }, {}, signal);
      return settled;
    },
  });
}
