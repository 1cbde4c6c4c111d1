import { useSignal } from "@preact/signals";
import type { Alert, Rule, RuleGroup } from "../api/types.ts";
import { matchersOf } from "../alerting/matchers.ts";
import { hrefOf } from "../browser/location.ts";
import { furtherPages } from "../browser/server-mode.ts";
import { LabelTags } from "../parts/label-set.tsx";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Badge, Choice, Page, SearchField } from "../parts/page.tsx";
import { agoText, durationText } from "./ago.ts";
import { holdsText } from "./narrow.ts";

const refreshMs = 5_000;
type State = "" | "inactive" | "pending" | "firing";

/** Every alerting rule with what it has found. */
export function AlertsPage() {
  const rules = useApi<{ readonly groups: readonly RuleGroup[] }>(
    "rules",
    { type: "alert" },
    refreshMs,
  );
  const wanted = useSignal("");
  const state = useSignal<State>("");
  return (
    <Page
      title="Alerts"
      tools={
        <>
          <Choice
            label="State"
            value={state.value}
            choices={["", "inactive", "pending", "firing"]}
            onChange={(value) => (state.value = value)}
          />
          <SearchField
            label="Search alerts"
            value={wanted.value}
            onChange={(value) => (wanted.value = value)}
          />
        </>
      }
    >
      <Loaded loading={rules}>
        {({ groups }) => {
          const shown = groups.flatMap((group) => {
            const kept = group.rules.filter(
              (rule) =>
                (state.value === "" || rule.state === state.value) &&
                holdsText(wanted.value, rule.name, rule.query, group.name),
            );
            return kept.length === 0 ? [] : [{ ...group, rules: kept }];
          });
          if (shown.length === 0) return <p class="quiet">No alerting rules.</p>;
          return shown.map((group) => <Group key={`${group.file} ${group.name}`} group={group} />);
        }}
      </Loaded>
    </Page>
  );
}

function Group({ group }: { readonly group: RuleGroup }) {
  return (
    <section class="card">
      <h2>
        {group.name} <span class="quiet">{group.file}</span>
      </h2>
      {group.rules.map((rule) => (
        <AlertRule key={rule.name + rule.query} rule={rule} />
      ))}
    </section>
  );
}

const kindOf = { inactive: "good", pending: "waiting", firing: "bad" } as const;

function AlertRule({ rule }: { readonly rule: Rule }) {
  const alerts = rule.alerts ?? [];
  const state = rule.state ?? "inactive";
  return (
    <details class="rule" open={state === "firing"}>
      <summary>
        <strong>{rule.name}</strong>
        <Badge kind={kindOf[state]}>
          {state}
          {alerts.length > 0 && ` (${alerts.length})`}
        </Badge>
      </summary>
      <p>
        <a href={hrefOf("query", new URLSearchParams({ "g0.expr": rule.query }).toString())}>
          <code>{rule.query}</code>
        </a>
      </p>
      <p class="quiet">
        {(rule.duration ?? 0) > 0 && `for ${durationText(rule.duration ?? 0)} `}
        <LabelTags labels={rule.labels} />
      </p>
      {rule.annotations !== undefined && (
        <dl class="annotations">
          {Object.entries(rule.annotations).map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {alerts.length > 0 && <AlertTable alerts={alerts} />}
    </details>
  );
}

function AlertTable({ alerts }: { readonly alerts: readonly Alert[] }) {
  const canSilence = furtherPages.value.has("silences");
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Labels</th>
            <th scope="col">State</th>
            <th scope="col">Since</th>
            <th scope="col">Value</th>
            {canSilence && <th scope="col">Silence</th>}
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <tr key={JSON.stringify(alert.labels)}>
              <td>
                <LabelTags labels={alert.labels} />
              </td>
              <td>
                <Badge kind={kindOf[alert.state]}>{alert.state}</Badge>
              </td>
              <td class="nowrap">{agoText(alert.activeAt, Date.now())}</td>
              <td class="number">{String(Number(alert.value))}</td>
              {canSilence && (
                <td>
                  <a href={hrefOf("silences", silenceQuery(alert))}>Silence</a>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function silenceQuery({ labels }: Alert): string {
  return new URLSearchParams({ new: matchersOf(labels) }).toString();
}
