/** What on-call pushes to a browser, as `web-push.ts` of its module writes it. */
export interface PushedPage {
  readonly title: string;
  readonly body: string;
  /** The same for the same page, however often it comes. */
  readonly tag: string;
  /** Where its reader answers it; empty for nowhere. */
  readonly url: string;
}

/** What a push says; one that says nothing readable is still shown, as browsers demand. */
export function pushedPage(text: string): PushedPage {
  const said: Readonly<Record<string, unknown>> = { ...Object(parsed(text)) };
  const textOf = (name: string) => (typeof said[name] === "string" ? said[name] : "");
  const url = textOf("url");
  return {
    title: textOf("title") || "You are paged",
    body: textOf("body"),
    tag: textOf("tag"),
    url: /^https?:/.test(url) ? url : "",
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Somebody else's message.
    return {};
  }
}
