import { Badge } from "../parts/page.tsx";
import { rangeMsDefault } from "./choice.ts";
import { ChoiceLink } from "./choice-link.tsx";
import type { BurnRatePolicy, Policies, SigmaPolicy } from "./wire.ts";

/** All policies: what each watches, whether it may page, and what holds it back. */
export function PolicyTable({
  found: { policies, burnRates },
  chosen,
}: {
  readonly found: Policies;
  readonly chosen: string;
}) {
  return (
    <section class="card">
      <div class="scroll" role="region" aria-label="Policies" tabIndex={0}>
        <table class="row-cards">
          <thead>
            <tr>
              {["Policy", "Watches", "Mode", "May it page?"].map((heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {policies.map((policy) => (
              <SigmaRow key={policy.name} policy={policy} isChosen={policy.name === chosen} />
            ))}
            {burnRates.map((policy) => (
              <BurnRateRow key={policy.name} policy={policy} isChosen={policy.name === chosen} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function SigmaRow({
  policy,
  isChosen,
}: {
  readonly policy: SigmaPolicy;
  readonly isChosen: boolean;
}) {
  const { mode, expr } = policy;
  return (
    <tr>
      <PolicyName policy={policy} isChosen={isChosen} />
      <td data-heading="Watches">
        <code>{expr}</code>
      </td>
      <td data-heading="Mode">
        <Badge kind={mode === "active" ? "good" : "plain"}>{mode}</Badge>
      </td>
      <td data-heading="May it page?">
        <MayPage policy={policy} />
      </td>
    </tr>
  );
}

function MayPage({ policy: { obstacles, verdict } }: { readonly policy: SigmaPolicy }) {
  if (obstacles.length > 0) {
    return (
      <>
        <Badge kind="waiting">held back</Badge>
        <ul class="obstacles">
          {obstacles.map((obstacle) => (
            <li key={obstacle}>{obstacle}</li>
          ))}
        </ul>
      </>
    );
  }
  if (verdict === null) return <Badge kind="waiting">being back-tested</Badge>;
  const { failure, readyCount, seriesCount } = verdict;
  if (failure !== "") {
    return (
      <>
        <Badge kind="bad">cannot be back-tested</Badge>
        <p class="error-text">{failure}</p>
      </>
    );
  }
  return (
    <Badge kind={readyCount > 0 ? "good" : "waiting"}>
      for {readyCount} of {seriesCount} series
    </Badge>
  );
}

function BurnRateRow({
  policy,
  isChosen,
}: {
  readonly policy: BurnRatePolicy;
  readonly isChosen: boolean;
}) {
  return (
    <tr>
      <PolicyName policy={policy} isChosen={isChosen} />
      <td data-heading="Watches">{objectiveText(policy)}</td>
      <td data-heading="Mode">
        <Badge kind="plain">burn rate</Badge>
      </td>
      <td data-heading="May it page?">
        <Badge kind="good">yes</Badge>
      </td>
    </tr>
  );
}

/** `99.9 % good over 30 days`. */
export function objectiveText({ objective, periodMs }: BurnRatePolicy): string {
  const percent = Number((objective * 100).toPrecision(12));
  return `${percent} % of events good over ${periodMs / 86_400_000} days`;
}

function PolicyName({
  policy: { name, team },
  isChosen,
}: {
  readonly policy: { readonly name: string; readonly team?: string };
  readonly isChosen: boolean;
}) {
  const choice = { policy: name, series: "", rangeMs: rangeMsDefault, endMs: undefined };
  return (
    <th scope="row">
      <ChoiceLink choice={choice} isChosen={isChosen}>
        {name}
      </ChoiceLink>
      <div class="quiet">{team ?? "nobody's"}</div>
    </th>
  );
}
