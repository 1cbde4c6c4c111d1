import { Loaded, type Loading, useApi } from "../parts/loaded.tsx";
import { Badge } from "../parts/page.tsx";
import { BackTestView } from "./back-test-view.tsx";
import { BandsView } from "./bands-view.tsx";
import type { Choice } from "./choice.ts";
import { ChoiceLink } from "./choice-link.tsx";
import { timesText } from "./times-text.ts";
import type { BackTest, SeriesBackTest, SigmaPolicy } from "./wire.ts";

/** One policy: its series, the bands of the chosen one, and what its past says. */
export function PolicyView({
  policy,
  choice,
}: {
  readonly policy: SigmaPolicy;
  readonly choice: Choice;
}) {
  const tested = useApi<BackTest>("sigma/back_test", { policy: policy.name });
  return (
    <Loaded loading={tested}>
      {(backTest) => {
        const { series } = backTest;
        const chosen = series.find(({ name }) => name === choice.series) ?? series[0];
        if (chosen === undefined) {
          return (
            <section class="card">
              <p class="quiet">Its expression has had no series in all that time.</p>
              <div class="page-tools">
                <Again tested={tested} />
              </div>
            </section>
          );
        }
        const own = { ...choice, policy: policy.name, series: chosen.name };
        return (
          <>
            {series.length > 1 && <SeriesTable series={series} choice={own} />}
            <BandsView policy={policy} choice={own} tested={chosen} />
            <BackTestView
              policy={policy}
              choice={own}
              backTest={backTest}
              series={chosen}
              tools={<Again tested={tested} />}
            />
          </>
        );
      }}
    </Loaded>
  );
}

/** What the back-test took, and another one. */
function Again({ tested }: { readonly tested: Loading<BackTest> }) {
  const { elapsedMs } = tested.result ?? { elapsedMs: 0 };
  return (
    <>
      <span class="quiet nowrap">{Math.round(elapsedMs)} ms, from what is stored</span>
      <button type="button" onClick={tested.reload}>
        Test again
      </button>
    </>
  );
}

function SeriesTable({
  series,
  choice,
}: {
  readonly series: readonly SeriesBackTest[];
  readonly choice: Choice;
}) {
  return (
    <section class="card">
      <h2>Series</h2>
      <div class="scroll series-table" role="region" aria-label="Series" tabIndex={0}>
        <table class="row-cards">
          <thead>
            <tr>
              <th scope="col">Series</th>
              <th scope="col">Would have paged</th>
              <th scope="col">Its past</th>
            </tr>
          </thead>
          <tbody>
            {series.map(({ name, pages, obstacles }) => (
              <tr key={name}>
                <th scope="row" class="wrapped">
                  <ChoiceLink
                    choice={{ ...choice, series: name }}
                    isChosen={name === choice.series}
                  >
                    <code>{name}</code>
                  </ChoiceLink>
                </th>
                <td class="nowrap" data-heading="Would have paged">
                  {timesText(pages.length)}
                </td>
                <td data-heading="Its past">
                  <Badge kind={obstacles.length === 0 ? "good" : "waiting"}>
                    {obstacles.length === 0 ? "allows pages" : "not enough for pages"}
                  </Badge>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
