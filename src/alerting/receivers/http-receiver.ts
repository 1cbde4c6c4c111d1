import type { HttpClient } from "#outbound";
import { httpClientDefaults } from "#promconfig";
import type { Message } from "./message.ts";
import type { HttpReceiverOptions, ReceiverDeps, Tell } from "./receiver-kind.ts";

/** A receiver that is told over HTTP by a client of its own, as its `http_config` says. */
export function openHttp(
  { http }: HttpReceiverOptions,
  deps: ReceiverDeps,
  tell: (message: Message, client: HttpClient, signal: AbortSignal) => Promise<void>,
): Tell {
  const client = deps.openClient(http ?? httpClientDefaults);
  return (message, signal) => tell(message, client, signal);
}

/** What is not empty; APIs take an empty text for an intention. */
export function present(
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const isPresent = (value: unknown) =>
    value !== "" &&
    value !== undefined &&
    value !== false &&
    !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isPresent(value)));
}
