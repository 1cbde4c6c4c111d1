import { Loaded, useApi } from "../parts/loaded.tsx";
import { Badge } from "../parts/page.tsx";
import { shortNumber } from "../query/graph-columns.ts";
import { formatDurationMs } from "../query/time-range.ts";
import { BurnGraph } from "./burn-graph.tsx";
import type { Choice } from "./choice.ts";
import { objectiveText } from "./policy-table.tsx";
import type { BurnRatePolicy, BurnRateState } from "./wire.ts";

const refreshMs = 60_000;

/** A service level: what is left of its error budget, and how fast it goes. */
export function BurnRateView({
  policy,
  choice,
}: {
  readonly policy: BurnRatePolicy;
  readonly choice: Choice;
}) {
  const states = useApi<readonly BurnRateState[]>(
    "sigma/burn_rate",
    { policy: policy.name },
    refreshMs,
  );
  return (
    <>
      <Loaded loading={states}>
        {(found) =>
          found.length === 0 ? (
            <section class="card">
              <p class="quiet">No events are stored yet.</p>
            </section>
          ) : (
            found.map((state) => <Service key={state.name} policy={policy} state={state} />)
          )
        }
      </Loaded>
      <BurnGraph policy={policy} choice={choice} />
    </>
  );
}

function Service({
  policy,
  state: { name, budgetLeft, levels },
}: {
  readonly policy: BurnRatePolicy;
  readonly state: BurnRateState;
}) {
  return (
    <section class="card" aria-label={`Error budget of ${policy.name}`}>
      <h2>
        {policy.name} {name !== "{}" && <code class="series-name">{name}</code>}
      </h2>
      <p class="quiet">{objectiveText(policy)}</p>
      <BudgetLeft left={budgetLeft} periodMs={policy.periodMs} />
      <div class="scroll" role="region" aria-label="Burn rates" tabIndex={0}>
        <table class="row-cards">
          <thead>
            <tr>
              {["Fires", "Long window", "Short window", "Budget gone by then", "Now"].map(
                (heading) => (
                  <th key={heading} scope="col">
                    {heading}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {levels.map((level) => (
              <LevelRow key={level.burnRate} level={level} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function BudgetLeft({
  left,
  periodMs,
}: {
  readonly left: number | null;
  readonly periodMs: number;
}) {
  const period = formatDurationMs(periodMs);
  if (left === null) return <p>How much of the budget is left over {period} is not known yet.</p>;
  const width = Math.min(100, Math.max(0, left * 100));
  const kind = left > 0.25 ? "good" : left > 0 ? "waiting" : "bad";
  return (
    <>
      <p class="judgement">
        <strong>{percentText(left)}</strong> of the error budget of {period} is left
      </p>
      <div class={`budget ${kind}`} aria-hidden="true">
        <span style={{ width: `${width}%` }} />
      </div>
    </>
  );
}

function LevelRow({ level }: { readonly level: BurnRateState["levels"][number] }) {
  const { burnRate, longMs, shortMs, severity, spent, longBurn, shortBurn, isFiring } = level;
  return (
    <tr>
      <th scope="row">
        {severity} beyond {burnRate}×
      </th>
      <td data-heading={`Over ${formatDurationMs(longMs)}`}>
        <Burn windowMs={longMs} burn={longBurn} limit={burnRate} />
      </td>
      <td data-heading={`Over ${formatDurationMs(shortMs)}`}>
        <Burn windowMs={shortMs} burn={shortBurn} limit={burnRate} />
      </td>
      <td data-heading="Budget gone by then">{percentText(spent)}</td>
      <td data-heading="Now">
        <Badge kind={isFiring ? "bad" : "good"}>{isFiring ? "beyond" : "below"}</Badge>
      </td>
    </tr>
  );
}

/** A window's burn rate as a bar whose end is the level's threshold; the words say the same. */
function Burn({
  windowMs,
  burn,
  limit,
}: {
  readonly windowMs: number;
  readonly burn: number | null;
  readonly limit: number;
}) {
  const share = burn === null ? 0 : Math.min(100, (burn / limit) * 100);
  return (
    <div class="burn">
      <span class="nowrap">
        {burn === null ? "no events" : `${shortNumber(Number(burn.toPrecision(3)))}×`}{" "}
        <span class="quiet">over {formatDurationMs(windowMs)}</span>
      </span>
      <div class={`budget ${share >= 100 ? "bad" : "good"}`} aria-hidden="true">
        <span style={{ width: `${share}%` }} />
      </div>
    </div>
  );
}

function percentText(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
