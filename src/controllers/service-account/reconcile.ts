/** Every namespace has a service account called `default`. */

import { hasReason } from "#api";
import { namespace, serviceAccount } from "#api/core/v1";
import { settled } from "#client";
import { type Controller, type ControllerDeps, keyedController } from "../controller.ts";

const accountName = "default";

export function serviceAccountController(deps: ControllerDeps): Controller {
  const namespaces = deps.informers.of(namespace);
  const accounts = deps.informers.of(serviceAccount);
  return keyedController(deps, {
    name: "serviceaccount-controller",
    queue: "serviceaccount",
    feed: (add) => [
      namespaces.onChange(({ after }) => {
        if (after !== undefined) add({ namespace: "", name: after.metadata.name });
      }),
      accounts.onChange(({ before, after }) => {
        if (after !== undefined || before?.metadata.name !== accountName) return;
        add({ namespace: "", name: before.metadata.namespace ?? "" });
      }),
    ],
    async reconcile({ client }, { name }, signal) {
      const home = namespaces.cache.find({ namespace: "", name });
      if (home === undefined || home.status.phase === "Terminating") return settled;
      if (accounts.cache.find({ namespace: name, name: accountName }) !== undefined) return settled;
      try {
        const wanted = { metadata: { namespace: name, name: accountName } };
        await client.of(serviceAccount).create(wanted, {}, signal);
      } catch (error) {
        // Made by somebody else, or the namespace began to go: both end the matter.
        if (!hasReason(error, "AlreadyExists") && !hasReason(error, "Forbidden")) throw error;
      }
      return settled;
    },
  });
}
