import { useEffect, useRef } from "preact/hooks";
import { completion } from "../browser/preferences.ts";
import { type CodeField, openCodeField } from "../browser/code-field.ts";

/**
 * The query's text, with PromQL's colours, completion and checks. Enter runs it, Shift+Enter starts
 * a new line.
 */
export function Editor({
  value,
  onChange,
  onRun,
}: {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onRun: (text: string) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const field = useRef<CodeField | undefined>(undefined);
  // The field outlives renderings, and calls whoever is there now.
  const callbacks = useRef({ onChange, onRun });
  callbacks.current = { onChange, onRun };

  useEffect(() => {
    if (place.current === null) return;
    const opened = openCodeField(place.current, {
      text: value,
      completes: completion.value === "on",
      onChange: (text) => callbacks.current.onChange(text),
      onRun: (text) => callbacks.current.onRun(text),
    });
    field.current = opened;
    return () => opened.close();
  }, [completion.value]);
  useEffect(() => field.current?.setText(value), [value]);

  return <div class="editor" ref={place} />;
}
