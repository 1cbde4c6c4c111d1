import type { ComponentChildren } from "preact";
import { goTo, hrefOf } from "../browser/location.ts";
import { type Choice, writeChoice } from "./choice.ts";

/** A link to something else on this page, which also works in a new tab. */
export function ChoiceLink({
  choice,
  isChosen,
  children,
}: {
  readonly choice: Choice;
  readonly isChosen: boolean;
  readonly children: ComponentChildren;
}) {
  const query = writeChoice(choice);
  const follow = (event: MouseEvent) => {
    // With a key held, the browser opens another tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    goTo("sigma", query);
  };
  return (
    <a href={hrefOf("sigma", query)} aria-current={isChosen} onClick={follow}>
      {children}
    </a>
  );
}
