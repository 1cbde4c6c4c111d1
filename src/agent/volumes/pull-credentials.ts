/** The credentials of a pod's pull secrets, as its images want them. */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { credentialsIn } from "../images/registry-credentials.ts";
import type { RegistryCredentials } from "../runtime.ts";
import type { PodObjects } from "./pod-objects.ts";

/** Credentials for `image`, in the order of the pod's secrets; missing secrets are passed over. */
export async function pullCredentialsOf(
  objects: Pick<PodObjects, "findTypedSecret" | "findSecret">,
  pod: Live<Pod>,
  image: string,
  signal: AbortSignal,
): Promise<readonly RegistryCredentials[]> {
  const found: RegistryCredentials[] = [];
  for (const { name = "" } of pod.spec.imagePullSecrets ?? []) {
    const key = { namespace: pod.metadata.namespace ?? "", name };
    const secret = await objects.findTypedSecret(key, signal);
    const data = await objects.findSecret(key, signal);
    if (secret === undefined || data === undefined) continue;
    found.push(...credentialsIn({ type: secret.type ?? "", data }, image));
  }
  return found;
}
