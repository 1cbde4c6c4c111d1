/** Publishes the cluster's certificate authority in every namespace, for pods to trust. */

import { hasReason } from "#api";
import { configMap, namespace } from "#api/core/v1";
import { settled } from "#client";
import { type Controller, type ControllerDeps, keyedController } from "../controller.ts";

const mapName = "kube-root-ca.crt";
const fileName = "ca.crt";
const description =
  "Contains the certificate authority that signs the API server's certificate, for pods to verify it.";

export function rootCaController(deps: ControllerDeps, authority: string): Controller {
  const namespaces = deps.informers.of(namespace);
  const maps = deps.informers.of(configMap);
  return keyedController(deps, {
    name: "root-ca-certificate-publisher-controller",
    queue: "root_ca_cert_publisher",
    feed: (add) => [
      namespaces.onChange(({ after }) => {
        if (after !== undefined) add({ namespace: "", name: after.metadata.name });
      }),
      maps.onChange(({ before, after }) => {
        const changed = after ?? before;
        if (changed?.metadata.name !== mapName) return;
        add({ namespace: "", name: changed.metadata.namespace ?? "" });
      }),
    ],
    async reconcile({ client }, { name }, signal) {
      const home = namespaces.cache.find({ namespace: "", name });
      if (home === undefined || home.status.phase === "Terminating") return settled;
      const resource = client.of(configMap);
      const key = { namespace: name, name: mapName };
      const present = maps.cache.find(key);
      const data = { [fileName]: authority };
      if (present?.data?.[fileName] === authority) return settled;
      try {
        if (present === undefined) {
          const annotations = { "kubernetes.io/description": description };
          await resource.create({ metadata: { ...key, annotations }, data }, {}, signal);
        } else {
          await resource.update({ ...present, data }, {}, signal);
        }
      } catch (error) {
        // Made by somebody else a moment ago, or the namespace began to go.
        if (!hasReason(error, "AlreadyExists") && !hasReason(error, "Forbidden")) throw error;
      }
      return settled;
    },
  });
}
