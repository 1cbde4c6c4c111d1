/** The certificates of which the server takes care: its own, and the one in the owner's kubeconfig. */
import type { Logger } from "#base";
import { realClock, realDisk, systemRandom } from "#host";
import { identityOf, openPki, writeOwnerKubeconfig } from "./credentials.ts";
import { LiveIdentity, openLiveIdentity, type Registry } from "./live-identity.ts";
import type { RunningPart } from "./run-parts.ts";

export interface ServerCertificates {
  /** Shown to clients. */
  readonly serving: LiveIdentity;
  /** Shown to the agents, as a client of theirs. */
  readonly toAgents: LiveIdentity;
  /** Renew them all. */
  readonly parts: readonly RunningPart[];
}

export async function openServerCertificates(
  directory: string,
  place: Omit<Registry, "pki">,
  log: Logger,
): Promise<ServerCertificates> {
  const ports = { clock: realClock, random: systemRandom, log };
  const pki = await openPki({ disk: realDisk, clock: realClock }, directory);
  const registry = { ...place, pki };
  const serving = await openLiveIdentity(ports, registry, { kind: "server" });
  const toAgents = await openLiveIdentity(ports, registry, { kind: "agents-client" });
  const owner = await LiveIdentity.open({
    ...ports,
    log: log.child({ certificate: "admin" }),
    ensure: async () => {
      const { config, network } = place;
      const identity = await identityOf(pki, config, network, { kind: "admin" });
      await writeOwnerKubeconfig(realDisk, directory, config, identity);
      return identity;
    },
  });
  return {
    serving,
    toAgents,
    parts: [
      { name: "serving certificate", run: (signal) => serving.run(signal) },
      { name: "certificate for agents", run: (signal) => toAgents.run(signal) },
      { name: "owner's certificate", run: (signal) => owner.run(signal) },
    ],
  };
}
