import { useSignal } from "@preact/signals";
import type { Rule, RuleGroup } from "../api/types.ts";
import { hrefOf } from "../browser/location.ts";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Badge, Page, SearchField } from "../parts/page.tsx";
import { agoText, durationText } from "./ago.ts";
import { holdsText } from "./narrow.ts";

const refreshMs = 5_000;

/** Every rule, when it last ran and how that went. */
export function RulesPage() {
  const rules = useApi<{ readonly groups: readonly RuleGroup[] }>("rules", {}, refreshMs);
  const wanted = useSignal("");
  return (
    <Page
      title="Rules"
      tools={
        <SearchField
          label="Search rules"
          value={wanted.value}
          onChange={(value) => (wanted.value = value)}
        />
      }
    >
      <Loaded loading={rules}>
        {({ groups }) =>
          groups.length === 0 ? (
            <p class="quiet">No rules.</p>
          ) : (
            groups.map((group) => (
              <Group key={`${group.file} ${group.name}`} group={group} wanted={wanted.value} />
            ))
          )
        }
      </Loaded>
    </Page>
  );
}

function Group({ group, wanted }: { readonly group: RuleGroup; readonly wanted: string }) {
  const rules = group.rules.filter((rule) => holdsText(wanted, rule.name, rule.query, group.name));
  if (rules.length === 0) return null;
  return (
    <details class="card" open>
      <summary>
        <h2>
          {group.name} <span class="quiet">{group.file}</span>
        </h2>
        <span class="quiet">
          {agoText(group.lastEvaluation, Date.now())}, took {durationText(group.evaluationTime)},
          every {durationText(group.interval)}
        </span>
      </summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Health</th>
              <th scope="col">Last run</th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <RuleRow key={rule.name + rule.query + JSON.stringify(rule.labels)} rule={rule} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const kindOf = { ok: "good", err: "bad", unknown: "waiting" } as const;

function RuleRow({ rule }: { readonly rule: Rule }) {
  return (
    <tr>
      <td>
        <strong>{rule.name}</strong> <span class="quiet">{rule.type}</span>
        <div>
          <a href={hrefOf("query", new URLSearchParams({ "g0.expr": rule.query }).toString())}>
            <code>{rule.query}</code>
          </a>
        </div>
        {rule.lastError !== undefined && <div class="error-text">{rule.lastError}</div>}
      </td>
      <td>
        <Badge kind={kindOf[rule.health]}>{rule.health}</Badge>
      </td>
      <td class="nowrap">
        {agoText(rule.lastEvaluation, Date.now())}
        <div class="quiet">took {durationText(rule.evaluationTime)}</div>
      </td>
    </tr>
  );
}
