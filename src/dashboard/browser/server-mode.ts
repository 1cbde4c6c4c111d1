/** What the server is: whether it answers queries or is an agent that only hands on, and which pages it has. */
import { signal } from "@preact/signals";
import { callApi } from "./api-client.ts";
import { pageName } from "./location.ts";

export type ServerMode = "server" | "agent";

/** What the address lets guess, until the server has said it. */
export const serverMode = signal<ServerMode>(pageName.value === "agent" ? "agent" : "server");

/** Pages that only the engine of a cluster has, by path. */
export const furtherPages = signal<ReadonlySet<string>>(new Set());

interface Features {
  readonly prometheus: { readonly agent_mode: boolean };
  readonly pages?: Readonly<Record<string, boolean>>;
}

void askMode();

async function askMode(): Promise<void> {
  try {
    const { data } = await callApi<Features>("features");
    serverMode.value = data.prometheus.agent_mode ? "agent" : "server";
    furtherPages.value = new Set(Object.keys(data.pages ?? {}));
  } catch {
    // The page that is shown says that the server cannot be reached.
  }
}
