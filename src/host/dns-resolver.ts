import { Resolver } from "node:dns/promises";
import { codeOf } from "./error-code.ts";

type RecordType = "A" | "AAAA" | "SRV" | "MX" | "NS";

interface ResolvedRecord {
  /** An address, or the name of a server. */
  readonly value: string;
  /** 0 but for SRV. */
  readonly port: number;
}

/** How long one server may take, and how often each is asked. */
const resolverOptions = { timeout: 5_000, tries: 2 };

/** Asks the name servers of the machine, which `/etc/hosts` has no part in. */
export const realDnsResolver = {
  /** Empty when the name has no such records or does not exist; rejects when nobody answers. */
  async resolve(name: string, type: RecordType): Promise<readonly ResolvedRecord[]> {
    try {
      return await query(new Resolver(resolverOptions), name, type);
    } catch (error) {
      if (/^(?:ENOTFOUND|ENODATA)$/.test(codeOf(error) ?? "")) return [];
      throw error;
    }
  },
};

async function query(
  resolver: Resolver,
  name: string,
  type: RecordType,
): Promise<readonly ResolvedRecord[]> {
  const named = (value: string) => ({ value, port: 0 });
  switch (type) {
    case "A":
      return (await resolver.resolve4(name)).map(named);
    case "AAAA":
      return (await resolver.resolve6(name)).map(named);
    case "SRV":
      return (await resolver.resolveSrv(name)).map((record) => ({
        value: record.name,
        port: record.port,
      }));
    case "MX":
      return (await resolver.resolveMx(name)).map(({ exchange }) => named(exchange));
    case "NS":
      return (await resolver.resolveNs(name)).map(named);
  }
}
