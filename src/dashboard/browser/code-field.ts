/** A text field for PromQL: CodeMirror with the language support that Prometheus itself publishes. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  insertNewlineAndIndent,
} from "@codemirror/commands";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { PromQLExtension } from "@prometheus-io/codemirror-promql";
import { hrefOf } from "./location.ts";

export interface CodeFieldOptions {
  readonly text: string;
  /** Whether names of metrics and labels are offered while typing. */
  readonly completes: boolean;
  readonly onChange: (text: string) => void;
  readonly onRun: (text: string) => void;
}

export interface CodeField {
  /** Replaces the text, unless it is the same. */
  setText(text: string): void;
  close(): void;
}

/** Colours come from the theme's style sheet, so that both themes share one field. */
const colours = HighlightStyle.define([
  { tag: tags.number, class: "promql-number" },
  { tag: tags.string, class: "promql-string" },
  { tag: tags.keyword, class: "promql-keyword" },
  { tag: tags.function(tags.variableName), class: "promql-function" },
  { tag: tags.labelName, class: "promql-label" },
  { tag: tags.operator, class: "promql-operator" },
  { tag: tags.modifier, class: "promql-keyword" },
  { tag: tags.comment, class: "promql-comment" },
  { tag: tags.invalid, class: "promql-invalid" },
]);

export function openCodeField(place: HTMLElement, options: CodeFieldOptions): CodeField {
  const run = (view: EditorView) => {
    options.onRun(view.state.doc.toString());
    return true;
  };
  const view = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        history(),
        closeBrackets(),
        bracketMatching(),
        indentOnInput(),
        autocompletion(),
        syntaxHighlighting(colours),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "PromQL query" }),
        placeholder("Enter a query, for example up"),
        // Before the default keys, where Enter starts a new line; after completion, where it accepts.
        Prec.high(keymap.of(completionKeymap)),
        keymap.of([
          { key: "Enter", run },
          { key: "Shift-Enter", run: insertNewlineAndIndent },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...lintKeymap,
        ]),
        promql(options.completes).asExtension(),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText(text) {
      const { doc } = view.state;
      if (doc.toString() === text) return;
      view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
    },
    close: () => view.destroy(),
  };
}

function promql(completes: boolean): PromQLExtension {
  const extension = new PromQLExtension();
  if (!completes) return extension.activateCompletion(false);
  const remote = { url: hrefOf("").replace(/\/$/, ""), httpMethod: "GET" as const };
  return extension.setComplete({ remote });
}
