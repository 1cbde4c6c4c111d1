import { lookup } from "node:dns/promises";

/** The addresses of a host as the system knows them, `/etc/hosts` among its sources. Rejects without any. */
export async function lookUpHost(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}
