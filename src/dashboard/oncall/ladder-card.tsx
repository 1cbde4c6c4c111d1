import { BudgetUse } from "./budget-use.tsx";
import { countdownText } from "./countdown.ts";
import { PersonName } from "./person-name.tsx";
import { ProblemList } from "./problem-list.tsx";
import type { ServiceRow } from "./wire.ts";

/** Whom a service would page if something broke now, step by step. */
export function LadderCard({
  service,
  problems,
}: {
  readonly service: ServiceRow;
  readonly problems: readonly string[];
}) {
  const { name, team, policy, steps, repeatCount, budget } = service;
  return (
    <section class="card" aria-label={`If ${name} broke now`}>
      <h2>
        If {name} broke now <span class="quiet">team {team}</span>
      </h2>
      <ol class="ladder">
        {steps.map(({ afterMs, people, missing }) => (
          <li key={afterMs}>
            <span class="after">{countdownText(afterMs)}</span>
            <span>
              {people.map(({ user, reason }, index) => (
                <span key={user}>
                  {index > 0 && ", "}
                  <PersonName name={user} />
                  {people.length === 1 && <span class="quiet"> {reason}</span>}
                </span>
              ))}
              {missing.map((one) => (
                <span key={one} class="error-text">
                  {people.length > 0 && "; "}
                  {one}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ol>
      <p class="quiet">
        Until somebody acknowledges, and in {repeatCount} more{" "}
        {repeatCount === 1 ? "round" : "rounds"}. Policy {policy}.
      </p>
      <BudgetUse budget={budget} />
      <ProblemList problems={problems} />
    </section>
  );
}
