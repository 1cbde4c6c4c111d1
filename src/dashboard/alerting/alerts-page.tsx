import { useSignal } from "@preact/signals";
import { replaceSearch, search } from "../browser/location.ts";
import { LabelTags } from "../parts/label-set.tsx";
import { Loaded, Notice, useAsked } from "../parts/loaded.tsx";
import { Badge, Choice, Page, SearchField } from "../parts/page.tsx";
import { agoText } from "../pages/ago.ts";
import { ask } from "../browser/alerting-client.ts";
import { formatMatcher, matchersOf, parseMatchers } from "./matchers.ts";
import { SilenceForm } from "./silence-form.tsx";
import type { AlertGroup, AlertingAlert } from "./wire.ts";

const refreshMs = 5_000;
type Shown = "active" | "all";

/** What fires, in the groups in which receivers are told of it. */
export function AlertsPage({ title }: { readonly title: string }) {
  const asked = new URLSearchParams(search.value);
  const filter = useSignal(asked.get("filter") ?? "");
  const receiver = asked.get("receiver") ?? "";
  const shown = useSignal<Shown>("active");
  const silenced = useSignal<string | undefined>(undefined);
  const matchers = parseMatchers(filter.value);
  const isWrong = typeof matchers === "string";
  const isAll = String(shown.value === "all");
  const query = [
    ...(isWrong ? [] : matchers.map((one) => ["filter", formatMatcher(one)] as const)),
    ...(receiver === "" ? [] : [["receiver", receiver] as const]),
    ["silenced", isAll] as const,
    ["inhibited", isAll] as const,
  ];
  const groups = useAsked<readonly AlertGroup[]>(
    JSON.stringify(query),
    (signal) => ask("alerts/groups", query, signal),
    refreshMs,
  );
  return (
    <Page
      title={title}
      tools={
        <>
          <Choice
            label="Show"
            value={shown.value}
            choices={["active", "all"]}
            onChange={(value) => (shown.value = value)}
          />
          <SearchField
            label={'Filter, as severity="critical"'}
            value={filter.value}
            onChange={(value) => {
              filter.value = value;
              remember("filter", value);
            }}
          />
        </>
      }
    >
      {isWrong && <Notice kind="warning">“{matchers}” is no matcher; write label="value"</Notice>}
      {receiver !== "" && <p class="quiet">Only what the receiver {receiver} is told of.</p>}
      {silenced.value !== undefined && (
        <SilenceForm
          key={silenced.value}
          matchers={silenced.value}
          onDone={() => {
            silenced.value = undefined;
            groups.reload();
          }}
        />
      )}
      <Loaded loading={groups}>
        {(found) => (
          <Groups
            groups={found}
            onSilence={({ labels }) => {
              silenced.value = matchersOf(labels);
              globalThis.scrollTo(0, 0);
            }}
          />
        )}
      </Loaded>
    </Page>
  );
}

/** Keeps what was chosen in the address, to be shared. */
function remember(name: string, value: string): void {
  const parameters = new URLSearchParams(search.value);
  if (value === "") parameters.delete(name);
  else parameters.set(name, value);
  replaceSearch(parameters.toString());
}

function Groups({
  groups,
  onSilence,
}: {
  readonly groups: readonly AlertGroup[];
  readonly onSilence: (alert: AlertingAlert) => void;
}) {
  if (groups.length === 0) return <p class="quiet">No alerts.</p>;
  return (
    <>
      {groups.map((group) => (
        <Group
          key={`${group.receiver.name} ${JSON.stringify(group.labels)}`}
          group={group}
          onSilence={onSilence}
        />
      ))}
    </>
  );
}

function Group({
  group,
  onSilence,
}: {
  readonly group: AlertGroup;
  readonly onSilence: (alert: AlertingAlert) => void;
}) {
  const isLabelled = Object.keys(group.labels).length > 0;
  return (
    <section class="card">
      <h2 class="group-head">
        {isLabelled ? <LabelTags labels={group.labels} /> : "Not grouped"}
        <span class="quiet">
          {group.alerts.length} for {group.receiver.name}
        </span>
      </h2>
      <ul class="alerts">
        {group.alerts.map((alert) => (
          <AlertRow key={alert.fingerprint} alert={alert} group={group} onSilence={onSilence} />
        ))}
      </ul>
    </section>
  );
}

const kinds = { active: "bad", suppressed: "plain", unprocessed: "waiting" } as const;

function AlertRow({
  alert,
  group,
  onSilence,
}: {
  readonly alert: AlertingAlert;
  readonly group: AlertGroup;
  readonly onSilence: (alert: AlertingAlert) => void;
}) {
  const { status, labels, annotations, generatorURL } = alert;
  const own = Object.fromEntries(
    Object.entries(labels).filter(([name]) => group.labels[name] === undefined),
  );
  return (
    <li class="alert">
      <div class="alert-head">
        <Badge kind={kinds[status.state]}>{stateOf(alert)}</Badge>
        <span class="quiet nowrap">{agoText(alert.startsAt, Date.now())}</span>
        <LabelTags labels={own} />
        <span class="spring" />
        {/^https?:/.test(generatorURL) && <a href={generatorURL}>Source</a>}
        <button type="button" onClick={() => onSilence(alert)}>
          Silence
        </button>
      </div>
      {Object.keys(annotations).length > 0 && (
        <dl class="annotations">
          {Object.entries(annotations).map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

function stateOf({ status }: AlertingAlert): string {
  if (status.silencedBy.length > 0) return "silenced";
  if (status.inhibitedBy.length > 0) return "inhibited";
  return status.mutedBy.length > 0 ? "muted" : status.state;
}
