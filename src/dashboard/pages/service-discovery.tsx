import { useSignal } from "@preact/signals";
import type { LabelRecord, RelabelStep, TargetsAnswer } from "../api/types.ts";
import { LabelTags } from "../parts/label-set.tsx";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Badge, Page, SearchField } from "../parts/page.tsx";
import { groupBy, holdsText } from "./narrow.ts";

interface Found {
  readonly pool: string;
  readonly discovered: LabelRecord;
  /** Undefined when relabelling dropped it. */
  readonly labels: LabelRecord | undefined;
}

/** What discovery has found, and what relabelling made of it. */
export function ServiceDiscoveryPage() {
  const targets = useApi<TargetsAnswer>("targets");
  const wanted = useSignal("");
  return (
    <Page
      title="Service discovery"
      tools={
        <SearchField
          label="Search labels"
          value={wanted.value}
          onChange={(value) => (wanted.value = value)}
        />
      }
    >
      <Loaded loading={targets}>
        {(answer) => {
          const shown = foundOf(answer).filter(({ discovered }) =>
            holdsText(wanted.value, ...Object.values(discovered)),
          );
          const pools = groupBy(shown, ({ pool }) => pool);
          if (pools.size === 0) return <p class="quiet">Nothing was discovered.</p>;
          return [...pools].map(([name, found]) => <Pool key={name} name={name} found={found} />);
        }}
      </Loaded>
    </Page>
  );
}

function foundOf({ activeTargets, droppedTargets }: TargetsAnswer): readonly Found[] {
  return [
    ...activeTargets.map(({ scrapePool, discoveredLabels, labels }) => ({
      pool: scrapePool,
      discovered: discoveredLabels,
      labels,
    })),
    ...droppedTargets.map(({ scrapePool, discoveredLabels }) => ({
      pool: scrapePool,
      discovered: discoveredLabels,
      labels: undefined,
    })),
  ];
}

function Pool({ name, found }: { readonly name: string; readonly found: readonly Found[] }) {
  const kept = found.filter(({ labels }) => labels !== undefined).length;
  return (
    <details class="card" open={found.length <= 20}>
      <summary>
        <h2>{name}</h2>
        <span class="quiet">
          {kept} / {found.length} active
        </span>
      </summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Discovered labels</th>
              <th scope="col">Target labels</th>
            </tr>
          </thead>
          <tbody>
            {found.map((one) => (
              <FoundRow key={JSON.stringify(one.discovered)} found={one} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function FoundRow({ found }: { readonly found: Found }) {
  const showsSteps = useSignal(false);
  return (
    <>
      <tr>
        <td>
          <LabelTags labels={found.discovered} />
        </td>
        <td>
          {found.labels === undefined ? (
            <Badge kind="plain">dropped by relabelling</Badge>
          ) : (
            <LabelTags labels={found.labels} />
          )}
          <div>
            <button
              class="link"
              type="button"
              aria-expanded={showsSteps.value}
              onClick={() => (showsSteps.value = !showsSteps.value)}
            >
              {showsSteps.value ? "Hide the steps" : "Show relabelling step by step"}
            </button>
          </div>
        </td>
      </tr>
      {showsSteps.value && (
        <tr>
          <td colSpan={2}>
            <Steps pool={found.pool} labels={found.discovered} />
          </td>
        </tr>
      )}
    </>
  );
}

function Steps({ pool, labels }: { readonly pool: string; readonly labels: LabelRecord }) {
  const steps = useApi<{ readonly steps: readonly RelabelStep[] }>("targets/relabel_steps", {
    scrapePool: pool,
    labels: JSON.stringify(labels),
  });
  return (
    <Loaded loading={steps}>
      {(answer) =>
        answer.steps.length === 0 ? (
          <p class="quiet">This pool has no relabelling rules.</p>
        ) : (
          <ol class="steps">
            {answer.steps.map((step, index) => (
              <li key={index}>
                <code>{JSON.stringify(step.rule)}</code>
                {step.keep ? (
                  <Changes before={answer.steps[index - 1]?.output ?? labels} after={step.output} />
                ) : (
                  <Badge kind="bad">dropped here</Badge>
                )}
              </li>
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}

/** Only what a rule changed. */
function Changes({ before, after }: { readonly before: LabelRecord; readonly after: LabelRecord }) {
  const changed = Object.entries(after).filter(([name, value]) => before[name] !== value);
  const gone = Object.keys(before).filter((name) => after[name] === undefined);
  if (changed.length === 0 && gone.length === 0) return <p class="quiet">no change</p>;
  return (
    <p>
      <LabelTags labels={Object.fromEntries(changed)} />
      {gone.map((name) => (
        <del class="tag" key={name}>
          {name}
        </del>
      ))}
    </p>
  );
}
