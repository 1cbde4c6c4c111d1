/** The Secret with the accounts of registries that images are pulled with. */
import type { Secret } from "#api/core/v1";
import { stackObjectLabels } from "../labels.ts";
import { objectNameOf } from "../names.ts";
import type { StackOptions } from "../options.ts";
import { base64 } from "./bind-contents.ts";

/** Its name, or undefined when no account is handed on. */
export function pullSecretName({ stack, registryAccounts }: StackOptions): string | undefined {
  return registryAccounts.size === 0 ? undefined : `${objectNameOf(stack)}-registries`;
}

export function pullSecretOf(options: StackOptions): Secret | undefined {
  const name = pullSecretName(options);
  if (name === undefined) return undefined;
  // In one order, so that the same accounts make the same Secret.
  const auths = Object.fromEntries(
    [...options.registryAccounts].sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  return {
    metadata: { name, namespace: options.namespace, labels: stackObjectLabels(options) },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": base64(new TextEncoder().encode(JSON.stringify({ auths }))) },
  };
}
