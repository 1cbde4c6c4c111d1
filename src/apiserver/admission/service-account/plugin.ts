/** Every pod runs as a service account, whose credentials and pull secrets it gets. */

import { asJsonObject } from "#api";
import { type Pod, pod, type ServiceAccount, serviceAccount } from "#api/core/v1";
import { type Clock, type Random, sleep } from "#base";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import { generatedName } from "../../objects/generated-name.ts";
import type { Objects } from "../../objects/objects.ts";
import { findWritten, refused } from "../admitted.ts";
import { volumePrefix, withTokenVolume } from "./token-volume.ts";

export interface ServiceAccountPluginDeps {
  readonly objects: Objects;
  readonly clock: Clock;
  readonly random: Random;
}

const defaultName = "default";
const mirrorAnnotation = "kubernetes.io/config.mirror";
/** A namespace that is just made gets its default account within moments. */
const waitMs = 1_000;
const pollMs = 50;

export function serviceAccountPlugin(deps: ServiceAccountPluginDeps): AdmissionPlugin {
  return {
    name: "ServiceAccount",
    async mutate(request, signal) {
      const found = findWritten(request, pod);
      if (found === undefined || request.operation !== "CREATE") return request.object;
      if (found.metadata?.annotations?.[mirrorAnnotation] !== undefined) {
        checkMirror(request, found);
        return request.object;
      }
      const name = found.spec?.serviceAccountName ?? "";
      const account = await getAccount(deps, request, name === "" ? defaultName : name, signal);
      return asJsonObject(withAccount(found, account, generatedName(volumePrefix, deps.random)));
    },
  };
}

/** The pod as it runs under the account. Pure. */
export function withAccount(found: Pod, account: ServiceAccount, volumeName: string): Pod {
  const { spec } = found;
  if (spec === undefined) return found;
  const { name = "" } = account.metadata ?? {};
  const automount =
    spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  const { imagePullSecrets: pull = [] } = account;
  const own = spec.imagePullSecrets ?? [];
  const named = {
    ...spec,
    serviceAccountName: name,
    serviceAccount: name,
    ...(own.length > 0 || pull.length === 0 ? {} : { imagePullSecrets: pull }),
  };
  return { ...found, spec: automount ? withTokenVolume(named, volumeName) : named };
}

async function getAccount(
  { objects, clock }: ServiceAccountPluginDeps,
  request: AdmissionRequest,
  name: string,
  signal: AbortSignal,
): Promise<ServiceAccount> {
  const { namespace } = request.key;
  const deadlineMs = clock.elapsedMs() + (name === defaultName ? waitMs : 0);
  for (;;) {
    const account = await objects.find(serviceAccount, { namespace, name });
    if (account !== undefined) return account;
    if (clock.elapsedMs() >= deadlineMs) {
      const missing = `serviceaccount ${JSON.stringify(name)} not found`;
      throw refused(request, `error looking up service account ${namespace}/${name}: ${missing}`);
    }
    await sleep(clock, pollMs, signal);
  }
}

function checkMirror(request: AdmissionRequest, { spec }: Pod): void {
  if ((spec?.serviceAccountName ?? "") !== "") {
    throw refused(request, "a mirror pod may not reference service accounts");
  }
  if ((spec?.volumes ?? []).some(({ secret }) => secret !== undefined)) {
    throw refused(request, "a mirror pod may not reference secrets");
  }
}
