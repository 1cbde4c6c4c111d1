/** Who looks at the pages, and what they may do. */
import { computed, signal } from "@preact/signals";
import { askOncall, OncallRefusal, tellOncall } from "./oncall-client.ts";
import { remembered } from "./preferences.ts";
import type { SessionAnswer } from "../oncall/wire.ts";

/** `absent` is a server without on-call. */
type Session = SessionAnswer | { readonly caller: "absent"; readonly user: null };

/** Undefined until the server has said it. */
export const session = signal<Session | undefined>(undefined);

/** Whether somebody is on call here at all. */
export const isOnCallThere = computed(
  () => session.value !== undefined && session.value.caller !== "absent",
);

/** Who they say they are, where nobody asks them to prove it. */
export const saidName = remembered("oncall-name");

/** Who does what is done here; empty while nobody has said so. */
export const actor = computed(() => session.value?.user ?? saidName.value);

export async function refreshSession(): Promise<void> {
  try {
    const { data } = await askOncall<SessionAnswer>("session", {}, new AbortController().signal);
    session.value = data;
  } catch (error) {
    if (!(error instanceof OncallRefusal) || error.status !== 404) throw error;
    session.value = { caller: "absent", user: null };
  }
}

/** Rejects with what the server has against it. */
export async function signIn(token: string, user: string): Promise<void> {
  session.value = await tellOncall<SessionAnswer>({
    method: "POST",
    path: "session",
    body: { token, user },
  });
}

export async function signOut(): Promise<void> {
  await tellOncall({ method: "DELETE", path: "session" });
  await refreshSession();
}
