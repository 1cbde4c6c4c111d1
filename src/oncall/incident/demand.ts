/** What a severity asks for, before anything keeps it back. */

/**
 * - `record`: it is noted, and nobody is told.
 * - `note`: a ticket, if it happens while the team works; at most one a day.
 * - `ticket`: somebody looks at it in working hours.
 * - `page`: the primary on call, the backup five minutes later.
 * - `page both`: primary and backup at once.
 */
export type Demand = "record" | "note" | "ticket" | "page" | "page both";

/** From the least to the most. */
const order: readonly Demand[] = ["record", "note", "ticket", "page", "page both"];

const demandOfSeverity: ReadonlyMap<string, Demand> = new Map([
  ["none", "record"],
  ["info", "record"],
  ["note", "note"],
  ["ticket", "ticket"],
  ["page-both", "page both"],
]);

/** Whatever is not known to ask for less pages somebody. `quiet` severities are only recorded. */
export function demandOf(severity: string, quiet: readonly string[]): Demand {
  if (quiet.includes(severity)) return "record";
  const known = demandOfSeverity.get(severity);
  // Services that are told what is quiet for them are told all of it.
  return known === undefined || known === "record" ? "page" : known;
}

/** Whether the first asks for more than the second. */
export function isMore(left: Demand, right: Demand): boolean {
  return order.indexOf(left) > order.indexOf(right);
}

/** The severity that asks for most; `critical` stands above others that page. */
export function worstSeverity(severities: readonly string[]): string | undefined {
  const rank = (severity: string) => {
    const demand = demandOfSeverity.get(severity) ?? "page";
    return 2 * order.indexOf(demand) + (severity === "critical" ? 1 : 0);
  };
  return severities.toSorted((left, right) => rank(right) - rank(left))[0];
}
