/** Which ports of this machine lead to which services. Pure. */
import type { PublishedPort } from "../plan.ts";
import { isLoopback } from "../ports.ts";

/** A port of this machine, and the port in the pods of a service that it leads to. */
export interface Forward {
  readonly service: string;
  /** Where to listen; never wider than this machine unless somebody asked for it. */
  readonly addresses: readonly string[];
  /** 0 for any free one. */
  readonly port: number;
  readonly target: number;
}

/** A service as far as forwarding goes. */
export interface ForwardedService {
  readonly name: string;
  readonly published: readonly PublishedPort[];
}

export interface ForwardPlan {
  readonly forwards: readonly Forward[];
  /** Why the others are not there, each in a sentence. */
  readonly refusals: readonly string[];
}

/** Both ways in which programs understand `localhost`. */
export const localhost: readonly string[] = ["127.0.0.1", "::1"];

/** Brings every published port of a stack to this machine, as Compose would have had it. */
export function planForwards(services: readonly ForwardedService[]): ForwardPlan {
  const forwards: Forward[] = [];
  const refusals: string[] = [];
  for (const { name, published: ports } of services) {
    for (const { address, published = 0, target, protocol } of ports) {
      if (protocol !== "TCP") {
        const kind = `${protocol} cannot be forwarded`;
        refusals.push(`service ${name}: port ${target} is ${protocol}, and ${kind}`);
        continue;
      }
      const addresses = address !== undefined && isLoopback(address) ? [address] : localhost;
      forwards.push({ service: name, addresses, port: published, target });
    }
  }
  return { forwards, refusals };
}

/**
 * A port as it stands on a command line, `8080:80`, `:80` for any free port, `80` for the same, or
 * `127.0.0.2:8080:80`. Undefined for anything else.
 */
export function parseForward(
  service: string,
  text: string,
  addresses: readonly string[],
): Forward | undefined {
  const match = /^(?:(?:(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\]):)?(\d{0,5}):)?(\d{1,5})$/i.exec(text);
  const [, address, local, remote = ""] = match ?? [];
  const target = Number(remote);
  const port = local === "" ? 0 : Number(local ?? remote);
  if (match === null || target < 1 || target > 65_535 || port > 65_535) return undefined;
  const own = address === undefined ? addresses : [address.replace(/^\[|\]$/g, "")];
  return { service, addresses: own, port, target };
}

/** Ports below 1024 may be for the administrator only; such a one is then replaced by this. */
export function unprivilegedPort(port: number): number {
  return port + 8_000;
}
