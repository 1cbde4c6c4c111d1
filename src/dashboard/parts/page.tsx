import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { setTitle } from "../browser/title.ts";

/** A page's frame: its title, here and in the browser's tab, and what may be chosen above it. */
export function Page({
  title,
  tools,
  children,
}: {
  readonly title: string;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  useEffect(() => {
    setTitle(title);
  }, [title]);
  return (
    <div class="page">
      <div class="page-head">
        <h1>{title}</h1>
        <div class="page-tools">{tools}</div>
      </div>
      {children}
    </div>
  );
}

/** A state in one word, with a colour that says how good it is. */
export function Badge({
  kind,
  children,
}: {
  readonly kind: "good" | "bad" | "waiting" | "plain";
  readonly children: ComponentChildren;
}) {
  return <span class={`badge ${kind}`}>{children}</span>;
}

/** Narrows what a page lists. */
export function SearchField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      value={value}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** One of a few choices. */
export function Choice<T extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly T[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <label class="inline">
      {label}
      <select
        value={value}
        onChange={({ currentTarget }) => {
          onChange(choices.find((choice) => choice === currentTarget.value) ?? value);
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice === "" ? "all" : choice}
          </option>
        ))}
      </select>
    </label>
  );
}
