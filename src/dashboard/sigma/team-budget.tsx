import { hrefOf } from "../browser/location.ts";
import { isOnCallThere } from "../browser/oncall-session.ts";
import { BudgetUse } from "../oncall/budget-use.tsx";
import { useOncall } from "../oncall/use-oncall.tsx";
import type { ServiceRow } from "../oncall/wire.ts";

const refreshMs = 30_000;

/** What a team's people have used of their page budget, where this server knows who is on call. */
export function TeamBudget({ team }: { readonly team: string | undefined }) {
  if (!isOnCallThere.value || team === undefined) return null;
  return <KnownBudget team={team} />;
}

function KnownBudget({ team }: { readonly team: string }) {
  const services = useOncall<readonly ServiceRow[]>("services", {}, refreshMs);
  const own = services.result?.data.filter((service) => service.team === team) ?? [];
  return (
    <div>
      {own.map(({ name, budget }) => (
        <BudgetUse key={name} budget={budget} />
      ))}
      <p>
        <a href={hrefOf("on-call")}>Who of {team} is on call</a>
      </p>
    </div>
  );
}
