/** Whether the server answers queries, or is an agent that only hands on. */
import { signal } from "@preact/signals";
import { callApi } from "./api-client.ts";
import { pageName } from "./location.ts";

export type ServerMode = "server" | "agent";

/** What the address lets guess, until the server has said it. */
export const serverMode = signal<ServerMode>(pageName.value === "agent" ? "agent" : "server");

interface Features {
  readonly prometheus: { readonly agent_mode: boolean };
}

void askMode();

async function askMode(): Promise<void> {
  try {
    const { data } = await callApi<Features>("features");
    serverMode.value = data.prometheus.agent_mode ? "agent" : "server";
  } catch {
    // The page that is shown says that the server cannot be reached.
  }
}
