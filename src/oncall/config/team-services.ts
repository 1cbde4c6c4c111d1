import { pageBudgetDefault, type Roster, type Service } from "../roster.ts";
import type { OncallConfig } from "./load-roster.ts";
import { quietSeveritiesDefault } from "./oncall-config.ts";

/**
 * A team that owns no service owns one of its own name, so that alerts of which only the team is known
 * reach somebody: by the policy of the team's name, else by what every team with a primary has.
 */
export function withTeamServices(config: OncallConfig): OncallConfig {
  const { roster, file } = config;
  const pageBudget = file.pageBudget ?? pageBudgetDefault;
  const added = [...roster.teams.keys()].flatMap((team): readonly Service[] => {
    const policy = ownPolicyOf(roster, team);
    if (policy === undefined) return [];
    const quietSeverities = quietSeveritiesDefault;
    return [{ name: team, team, policy, integrationKeys: [], quietSeverities, pageBudget }];
  });
  const services = [...roster.services.values(), ...added];
  return {
    ...config,
    roster: { ...roster, services: new Map(services.map((one) => [one.name, one])) },
  };
}

/** Undefined when the team owns a service, or nobody knows who is to be paged for it. */
function ownPolicyOf({ services, policies }: Roster, team: string): string | undefined {
  const isOwner = [...services.values()].some((one) => one.team === team);
  if (isOwner || services.has(team)) return undefined;
  return [team, `${team} (default)`].find((name) => policies.has(name));
}
