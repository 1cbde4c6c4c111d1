import { Badge } from "../parts/page.tsx";
import { Latest } from "./latest.tsx";
import { PersonName } from "./person-name.tsx";
import type { Message, MessageState } from "./wire.ts";

const kinds = {
  queued: "waiting",
  sending: "waiting",
  sent: "good",
  delivered: "good",
  failed: "bad",
  withdrawn: "plain",
  withheld: "waiting",
} as const satisfies Readonly<Record<MessageState, string>>;

const messagesShown = 8;

/** Every message: to whom, by which method, what became of it, and why not. */
export function MessageTable({
  messages,
  timeText,
}: {
  readonly messages: readonly Message[];
  readonly timeText: (time: string) => string;
}) {
  return (
    <section class="card" aria-label="Messages">
      <h2>Messages</h2>
      {messages.length === 0 ? (
        <p class="quiet">Nobody was sent anything.</p>
      ) : (
        <Latest items={messages} count={messagesShown}>
          {(shown) => <Messages messages={shown} timeText={timeText} />}
        </Latest>
      )}
    </section>
  );
}

function Messages({
  messages,
  timeText,
}: {
  readonly messages: readonly Message[];
  readonly timeText: (time: string) => string;
}) {
  return (
    <div class="scroll" role="group" aria-label="Table of messages" tabIndex={0}>
      <table class="row-cards">
        <thead>
          <tr>
            {["Who", "By", "State", "When", "Because"].map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {messages.map((message) => (
            <MessageRow key={message.id} message={message} timeText={timeText} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MessageRow({
  message,
  timeText,
}: {
  readonly message: Message;
  readonly timeText: (time: string) => string;
}) {
  const { purpose, user, kind, contact, state, attempts, error, reason, round, step } = message;
  const time = message.endedAt ?? message.startedAt ?? message.dueAt;
  return (
    <tr>
      <th scope="row">
        <PersonName name={user} />
      </th>
      <td>
        {contact === kind ? kind : `${kind} (${contact})`}
        {purpose === "ticket" && <span class="quiet"> as a ticket</span>}
      </td>
      <td>
        <Badge kind={kinds[state]}>{state}</Badge>
        {attempts > 1 && <span class="quiet"> attempt {attempts}</span>}
        {stateText(message) !== "" && (
          <div class={error === "" ? "quiet" : "error-text"}>{stateText(message)}</div>
        )}
      </td>
      <td class="nowrap">
        {state === "queued" ? "due " : ""}
        {timeText(time)}
      </td>
      <td>
        {reason}{" "}
        <span class="quiet nowrap">
          round {round}, step {step}
        </span>
      </td>
    </tr>
  );
}

/** Why it is not sent, or not yet. */
function stateText({ state, error, attempts }: Message): string {
  if (state === "withdrawn") return "no longer wanted: somebody had taken it";
  if (state === "queued" && attempts > 0) return `${error}; it is tried again`;
  return error;
}
