import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { askOncall, tellOncall } from "../browser/oncall-client.ts";
import { pushContact, pushState, subscribeToPush, unsubscribeFromPush } from "../browser/push.ts";
import { Loaded, Notice } from "../parts/loaded.tsx";
import { Badge } from "../parts/page.tsx";
import { useDoing, useOncall } from "./use-oncall.tsx";
import type { Contact, Person } from "./wire.ts";

const refreshMs = 5_000;

/** How one person is reached, and whether in this browser too. */
export function ContactsCard({ user }: { readonly user: string }) {
  const people = useOncall<readonly Person[]>("users", {}, refreshMs);
  const doing = useDoing();
  const path = `users/${encodeURIComponent(user)}`;
  const verify = (contact: string) =>
    tellOncall({ method: "POST", path: `${path}/contacts/${contact}/verification` });
  const remove = async (contact: string) => {
    await tellOncall({ method: "DELETE", path: `${path}/contacts/${contact}` });
    if (contact !== pushContact.value) return;
    pushContact.value = "";
    await unsubscribeFromPush();
  };
  return (
    <section class="card" aria-label="How you are reached">
      <h2>How you are reached</h2>
      {doing.failure !== "" && <Notice kind="error">{doing.failure}</Notice>}
      <Loaded loading={people}>
        {(all) => {
          const contacts = all.find(({ name }) => name === user)?.contacts ?? [];
          return (
            <>
              <ul class="changes">
                {contacts.map((contact) => (
                  <ContactRow
                    key={contact.id}
                    contact={contact}
                    onVerify={() => doing.run(() => verify(contact.id), people.reload)}
                    onRemove={() => doing.run(() => remove(contact.id), people.reload)}
                  />
                ))}
              </ul>
              <ThisBrowser
                key={contacts.some(({ id }) => id === pushContact.value)}
                user={user}
                onSubscribed={verify}
                onChanged={people.reload}
              />
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function ContactRow({
  contact,
  onVerify,
  onRemove,
}: {
  readonly contact: Contact;
  readonly onVerify: () => void;
  readonly onRemove: () => void;
}) {
  const { id, kind, isVerified, isRemovable } = contact;
  return (
    <li>
      <span class="inline">
        {id === kind ? kind : `${kind} ${id}`}
        <Badge kind={isVerified ? "good" : "waiting"}>
          {isVerified ? "confirmed" : "to be confirmed"}
        </Badge>
      </span>
      <span class="page-tools">
        {!isVerified && (
          <button type="button" onClick={onVerify}>
            Send again
          </button>
        )}
        {isRemovable && (
          <button type="button" aria-label={`Remove ${id}`} onClick={onRemove}>
            Remove
          </button>
        )}
      </span>
    </li>
  );
}

/** Installs what shows pages in this browser, and subscribes to them. */
function ThisBrowser({
  user,
  onSubscribed,
  onChanged,
}: {
  readonly user: string;
  readonly onSubscribed: (contact: string) => Promise<unknown>;
  readonly onChanged: () => void;
}) {
  const state = useSignal<Awaited<ReturnType<typeof pushState>> | undefined>(undefined);
  const doing = useDoing();
  const look = async () => {
    state.value = await pushState();
  };
  useEffect(() => doing.run(look), []);
  const subscribe = async () => {
    const { signal } = new AbortController();
    const { data } = await askOncall<{ readonly key: string }>("web-push-key", {}, signal);
    const subscription = await subscribeToPush(data.key);
    const { contact } = await tellOncall<{ readonly contact: string }>({
      method: "POST",
      path: `users/${encodeURIComponent(user)}/subscriptions`,
      body: subscription,
    });
    pushContact.value = contact;
    onChanged();
    await onSubscribed(contact);
  };
  const current = state.value;
  return (
    <>
      {doing.failure !== "" && <Notice kind="error">{doing.failure}</Notice>}
      {current?.kind === "impossible" && (
        <p class="quiet">This browser cannot be paged: {current.reason}.</p>
      )}
      {current?.kind === "off" && (
        <div class="page-tools">
          <button
            type="button"
            disabled={doing.isBusy}
            onClick={() => doing.run(subscribe, () => doing.run(look, onChanged))}
          >
            Page me in this browser
          </button>
          <span class="quiet">It asks to allow notifications, then sends one to be confirmed.</span>
        </div>
      )}
      {current?.kind === "on" && (
        <p class="quiet">This browser is subscribed. Remove it above to be paged here no more.</p>
      )}
    </>
  );
}
