import type { ComponentChildren } from "preact";
import { zone } from "../browser/preferences.ts";
import { formatDurationMs, formatTime } from "../query/time-range.ts";
import type { Choice } from "./choice.ts";
import { ChoiceLink } from "./choice-link.tsx";
import { MarksAxis } from "./marks-axis.tsx";
import { TeamBudget } from "./team-budget.tsx";
import { busiest } from "./time-marks.ts";
import { timesText } from "./times-text.ts";
import type { BackTest, Firing, LevelBackTest, SeriesBackTest, SigmaPolicy } from "./wire.ts";

const dayMs = 86_400_000;
const shiftMs = dayMs / 2;
/** Around a moment that is looked at. */
const aroundMs = 3 * 3_600_000;
/** More moments than that are a carpet; the newest are the ones to look at. */
const listedMax = 50;

/** How often this series would have paged, when, and what keeps it from paging. */
export function BackTestView({
  policy,
  choice,
  backTest,
  series,
  tools,
}: {
  readonly policy: SigmaPolicy;
  readonly choice: Choice;
  readonly backTest: BackTest;
  readonly series: SeriesBackTest;
  readonly tools: ComponentChildren;
}) {
  const { pages, levels, judgedDays } = series;
  const tickets = levels
    .filter(({ level }) => level.action === "ticket")
    .flatMap(({ firings }) => firings);
  const days = policy.backTest.historyMs / dayMs;
  return (
    <section class="card" aria-label="Back-test">
      <div class="section-head">
        <h2>Back-test</h2>
        <div class="page-tools">{tools}</div>
      </div>
      <p class="judgement">
        Would have paged <strong>{pages.length === 0 ? "nobody" : timesText(pages.length)}</strong>{" "}
        in the last {days} days{" "}
        <span class="quiet">({judgedDays.toFixed(1)} days could be judged)</span>
      </p>
      <MarksAxis
        axis={backTest}
        rows={[
          { name: "Pages", kind: "page", moments: pages },
          { name: "Tickets", kind: "ticket", moments: tickets },
        ]}
      />
      <Moments pages={pages} choice={choice} policy={policy} />
      <Obstacles policy={backTest.obstacles} series={series.obstacles} />
      <Levels levels={levels} />
      <p class="quiet">
        The busiest {formatDurationMs(shiftMs)} had {pageCount(busiest(pages, shiftMs))}. On-call
        has a budget of two pages for a person in that time, unless it is told another; what is
        beyond it waits as a ticket.
      </p>
      <TeamBudget team={policy.team} />
    </section>
  );
}

function pageCount(count: number): string {
  return count === 1 ? "1 page" : `${count} pages`;
}

/** The moments in words, each a link to its place in the graph. */
function Moments({
  pages,
  choice,
  policy,
}: {
  readonly pages: readonly Firing[];
  readonly choice: Choice;
  readonly policy: SigmaPolicy;
}) {
  if (pages.length === 0) return null;
  const listed = pages.slice(-listedMax).toReversed();
  const rangeMs = Math.min(2 * aroundMs, policy.backTest.historyMs);
  return (
    <>
      <div class="scroll" role="region" aria-label="Moments" tabIndex={0}>
        <table class="nowrap-headings">
          <thead>
            <tr>
              <th scope="col">It would have paged at</th>
              <th scope="col">For</th>
              <th scope="col">Up to</th>
            </tr>
          </thead>
          <tbody>
            {listed.map(({ startMs, endMs, sigmas }) => (
              <tr key={startMs}>
                <td class="nowrap">
                  <ChoiceLink
                    choice={{ ...choice, rangeMs, endMs: endMs + aroundMs }}
                    isChosen={choice.endMs === endMs + aroundMs}
                  >
                    {formatTime(startMs, zone.value)}
                  </ChoiceLink>
                </td>
                <td class="nowrap">
                  {formatDurationMs(endMs - startMs + policy.evaluationIntervalMs)}
                </td>
                <td class="nowrap">{sigmas.toFixed(1)} sigma</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {listed.length < pages.length && (
        <p class="quiet">
          The newest {listed.length} of {pages.length} are listed.
        </p>
      )}
    </>
  );
}

function Obstacles({
  policy,
  series,
}: {
  readonly policy: readonly string[];
  readonly series: readonly string[];
}) {
  if (policy.length + series.length === 0) return null;
  return (
    <div class="notice warning">
      <strong>What keeps it from paging</strong>
      <ul>
        {policy.map((obstacle) => (
          <li key={obstacle}>The policy: {obstacle}</li>
        ))}
        {series.map((obstacle) => (
          <li key={obstacle}>This series: {obstacle}</li>
        ))}
      </ul>
    </div>
  );
}

function Levels({ levels }: { readonly levels: readonly LevelBackTest[] }) {
  return (
    <div class="scroll" role="region" aria-label="Levels" tabIndex={0}>
      <table class="nowrap-headings">
        <thead>
          <tr>
            {["Level", "Beyond", "Evaluations", "Action", "Fired", "A week at most"].map(
              (heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {levels.map((tested) => (
            <LevelRow key={tested.level.name} tested={tested} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LevelRow({ tested }: { readonly tested: LevelBackTest }) {
  const { level, threshold, firings, perDayMax } = tested;
  const { beyond, of } = level.rule;
  return (
    <tr>
      <th scope="row">{level.name}</th>
      <td class="nowrap">
        {threshold === undefined ? "no threshold" : `${threshold.toFixed(2)} sigma`}
        {level.isBackTested && <span class="quiet"> back-tested</span>}
      </td>
      <td class="nowrap">
        {beyond} of {of}
      </td>
      <td class="nowrap">{level.action}</td>
      <td class="nowrap">{timesText(firings.length)}</td>
      <td class="nowrap">{perDayMax === null ? "unknown" : (perDayMax * 7).toPrecision(2)}</td>
    </tr>
  );
}
