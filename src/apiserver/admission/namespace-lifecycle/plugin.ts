/** Objects live in namespaces that exist, and nothing new comes into one that is going away. */

import { notFound, StatusError } from "#api";
import { namespace } from "#api/core/v1";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import type { Objects } from "../../objects/objects.ts";
import { refused } from "../admitted.ts";

const protectedNames: ReadonlySet<string> = new Set(["default", "kube-system", "kube-public"]);

export function namespaceLifecycle({ objects }: { readonly objects: Objects }): AdmissionPlugin {
  return {
    name: "NamespaceLifecycle",
    async mutate(request) {
      const { key, kind, operation, object } = request;
      if (key.namespace === "" || kind === namespace || operation === "CONNECT") return object;
      const home = await objects.findMetadata(namespace, { namespace: "", name: key.namespace });
      if (home === undefined) throw notFound({ group: "", name: "namespaces" }, key.namespace);
      const isEnding = home.deletionTimestamp !== undefined;
      if (isEnding && operation === "CREATE") throw terminating(request);
      return object;
    },
    async validate(request) {
      const { operation, kind, key } = request;
      if (operation !== "DELETE" || kind !== namespace || !protectedNames.has(key.name)) return;
      throw refused(request, "this namespace may not be deleted");
    },
  };
}

function terminating(request: AdmissionRequest): StatusError {
  const { namespace: home } = request.key;
  const refusal = refused(
    request,
    `unable to create new content in namespace ${home} because it is being terminated`,
  );
  const cause = {
    reason: "NamespaceTerminating",
    message: `namespace ${home} is being terminated`,
    field: "metadata.namespace",
  };
  const details = { ...refusal.details, causes: [cause] };
  return new StatusError("Forbidden", refusal.message, { details });
}
