import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { messageOf, Notice } from "../parts/loaded.tsx";
import { Page } from "../parts/page.tsx";
import {
  actor,
  refreshSession,
  saidName,
  session,
  signIn,
  signOut,
} from "../browser/oncall-session.ts";
import { useDoing, useOncall } from "./use-oncall.tsx";
import type { Person } from "./wire.ts";

/** A page of on-call: shown to whoever may see it; the others are asked who they are. */
export function OncallPage({
  title,
  tools,
  children,
}: {
  readonly title: string;
  readonly tools?: ComponentChildren;
  readonly children: () => ComponentChildren;
}) {
  const failure = useSignal("");
  useEffect(() => {
    // What is asked first, and what everything else follows from.
    refreshSession().catch((error: unknown) => {
      failure.value = messageOf(error);
    });
  }, []);
  const caller = session.value?.caller;
  const isIn = caller === "person" || caller === "program" || caller === "anybody";
  return (
    <Page
      title={title}
      tools={
        isIn && (
          <>
            {tools}
            <Who />
          </>
        )
      }
    >
      {failure.value !== "" && <Notice kind="error">{failure.value}</Notice>}
      {caller === undefined && failure.value === "" && <p class="quiet">Loading…</p>}
      {caller === "absent" && (
        <Notice kind="info">
          Nobody is on call here: there are neither schedules nor escalation policies, or the server
          was started without <code>--oncall.config-file</code>.
        </Notice>
      )}
      {caller === "unknown" && <SignIn />}
      {isIn && children()}
    </Page>
  );
}

/** Who does what is done here: known, or to be said. */
function Who() {
  const users = useOncall<readonly Person[]>("users");
  const doing = useDoing();
  const people = users.result?.data ?? [];
  if (session.value?.caller === "person") {
    const name = session.value.user;
    const fullName = people.find((one) => one.name === name)?.fullName ?? name;
    return (
      <span class="inline">
        <span class="quiet">You are {fullName}.</span>
        <button type="button" onClick={() => doing.run(signOut)}>
          Sign out
        </button>
      </span>
    );
  }
  return (
    <label class="inline">
      You are
      <select
        value={saidName.value}
        onChange={({ currentTarget }) => (saidName.value = currentTarget.value)}
      >
        <option value="">not said</option>
        {people.map(({ name, fullName }) => (
          <option key={name} value={name}>
            {fullName}
          </option>
        ))}
      </select>
    </label>
  );
}

function SignIn() {
  const token = useSignal("");
  const user = useSignal(actor.value);
  const doing = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    doing.run(async () => {
      await signIn(token.value, user.value);
      saidName.value = user.value;
    });
  };
  return (
    <form class="card sign-in" aria-label="Sign in" onSubmit={submit}>
      <h2>Sign in</h2>
      <label>
        Token
        <input
          type="password"
          autocomplete="current-password"
          required
          value={token.value}
          onInput={({ currentTarget }) => (token.value = currentTarget.value)}
        />
      </label>
      <label>
        User <span class="quiet">if the token is not your own but everybody's</span>
        <input
          autocomplete="username"
          value={user.value}
          onInput={({ currentTarget }) => (user.value = currentTarget.value)}
        />
      </label>
      {doing.failure !== "" && <Notice kind="error">{doing.failure}</Notice>}
      <div class="page-tools">
        <button class="primary" type="submit" disabled={doing.isBusy}>
          Sign in
        </button>
      </div>
    </form>
  );
}
