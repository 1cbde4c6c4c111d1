import { useSignal } from "@preact/signals";
import type { Target, TargetsAnswer } from "../api/types.ts";
import { LabelTags } from "../parts/label-set.tsx";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Badge, Choice, Page, SearchField } from "../parts/page.tsx";
import { agoText, durationText } from "./ago.ts";
import { groupBy, holdsText } from "./narrow.ts";

const refreshMs = 5_000;
type Health = "" | Target["health"];

/** What is scraped, pool by pool, and how that goes. */
export function TargetsPage() {
  const targets = useApi<TargetsAnswer>("targets", { state: "active" }, refreshMs);
  const wanted = useSignal("");
  const health = useSignal<Health>("");
  return (
    <Page
      title="Targets"
      tools={
        <>
          <Choice
            label="Health"
            value={health.value}
            choices={["", "up", "down", "unknown"]}
            onChange={(value) => (health.value = value)}
          />
          <SearchField
            label="Search endpoints and labels"
            value={wanted.value}
            onChange={(value) => (wanted.value = value)}
          />
        </>
      }
    >
      <Loaded loading={targets}>
        {({ activeTargets }) => {
          const shown = activeTargets.filter(
            (target) =>
              (health.value === "" || target.health === health.value) &&
              holdsText(wanted.value, target.scrapeUrl, ...Object.values(target.labels)),
          );
          const pools = groupBy(shown, ({ scrapePool }) => scrapePool);
          if (pools.size === 0) return <p class="quiet">No targets.</p>;
          return [...pools].map(([pool, list]) => <Pool key={pool} name={pool} targets={list} />);
        }}
      </Loaded>
    </Page>
  );
}

function Pool({ name, targets }: { readonly name: string; readonly targets: readonly Target[] }) {
  const upCount = targets.filter(({ health }) => health === "up").length;
  return (
    <details class="card" open>
      <summary>
        <h2>{name}</h2>
        <Badge kind={upCount === targets.length ? "good" : "bad"}>
          {upCount} / {targets.length} up
        </Badge>
      </summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Endpoint</th>
              <th scope="col">Labels</th>
              <th scope="col">Last scrape</th>
              <th scope="col">Health</th>
            </tr>
          </thead>
          <tbody>
            {targets.map((target) => (
              <TargetRow key={JSON.stringify(target.labels) + target.scrapeUrl} target={target} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const kindOf = { up: "good", down: "bad", unknown: "waiting" } as const;

function TargetRow({ target }: { readonly target: Target }) {
  return (
    <tr>
      <td>
        <a href={target.globalUrl}>{target.scrapeUrl}</a>
      </td>
      <td>
        <LabelTags labels={target.labels} />
        <details>
          <summary>Discovered labels</summary>
          <LabelTags labels={target.discoveredLabels} />
        </details>
      </td>
      <td class="nowrap">
        {agoText(target.lastScrape, Date.now())}
        <div class="quiet">
          took {durationText(target.lastScrapeDuration)}, every {target.scrapeInterval}
        </div>
      </td>
      <td>
        <Badge kind={kindOf[target.health]}>{target.health}</Badge>
        {target.lastError !== "" && <div class="error-text">{target.lastError}</div>}
      </td>
    </tr>
  );
}
