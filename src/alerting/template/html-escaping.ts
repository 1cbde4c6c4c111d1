/**
 * Makes values harmless where they stand in HTML, as Go's `html/template` does: what is text to a
 * reader must not become a tag, an address or a program. Go finds out beforehand where each value
 * will stand; here the text is followed while it is written, which comes to the same.
 *
 * Comments of the template are left out. Values in programs and styles are quoted or refused.
 */
import type { Escaping, GoValue } from "#gotemplate";
import { isKind } from "#gotemplate";
import {
  escapeAttribute,
  escapeText,
  escapeUnquoted,
  filterName,
  filterStyle,
  filterUrl,
  normalizeUrl,
  queryEscape,
  scriptString,
  stripTags,
} from "./html-escapes.ts";

/** Text that an author vouches for; how `safeHtml` and `safeUrl` mark theirs. */
export const htmlType = "template.HTML";
export const urlType = "template.URL";

type AttributeKind = "plain" | "url" | "style" | "script";

type Place =
  | { readonly kind: "text" | "comment" | "declaration" }
  | { readonly kind: "tag" }
  | { readonly kind: "name" | "after name"; readonly name: string }
  | { readonly kind: "before value"; readonly name: string }
  | {
      readonly kind: "value";
      readonly attribute: AttributeKind;
      /** A quotation mark; empty where none was written. */
      readonly quote: string;
      readonly urlPart: "none" | "path" | "query";
    }
  | { readonly kind: "inside"; readonly element: "script" | "style" | "title" | "textarea" };

export class HtmlEscaping implements Escaping {
  #place: Place = { kind: "text" };
  #element = "";

  literal(text: string): string {
    let out = "";
    let rest = text;
    while (rest !== "") {
      const step = this.#step(rest);
      out += step.out;
      rest = rest.slice(step.length);
    }
    return out;
  }

  value(value: GoValue, text: string): string {
    const type = isKind(value, "struct") ? value.typeName : "";
    const place = this.#place;
    switch (place.kind) {
      case "text":
        return type === htmlType ? text : escapeText(text);
      case "comment":
        return "";
      case "value":
        return valueInAttribute(place, type, text);
      case "before value":
        // Unquoted: the value itself is where it begins.
        this.#place = { kind: "value", attribute: kindOf(place.name), quote: "", urlPart: "none" };
        return this.value(value, text);
      case "inside":
        if (place.element === "script") return scriptString(text);
        return place.element === "style" ? filterStyle(text) : escapeText(text);
      default:
        return filterName(text);
    }
  }

  /** Takes the beginning of `rest` as far as the place stays the same, or a step to the next one. */
  #step(rest: string): Step {
    const place = this.#place;
    switch (place.kind) {
      case "text":
        return this.#inText(rest);
      case "comment":
        return this.#until(rest, "-->", "hidden");
      case "declaration":
        return this.#until(rest, ">", "shown");
      case "inside":
        return this.#inside(rest, place.element);
      case "value":
        return this.#inValue(rest, place);
      default:
        return this.#inTag(rest, place);
    }
  }

  #inText(rest: string): Step {
    const start = rest.indexOf("<");
    if (start < 0) return taken(rest);
    if (start > 0) return taken(rest.slice(0, start));
    if (rest.startsWith("<!--")) {
      this.#place = { kind: "comment" };
      return { out: "", length: 4 };
    }
    const tag = /^<\/?([a-zA-Z][a-zA-Z0-9:-]*)/.exec(rest);
    if (tag !== null) {
      this.#element = tag[0].startsWith("</") ? "" : (tag[1] ?? "").toLowerCase();
      this.#place = { kind: "tag" };
      return taken(tag[0]);
    }
    if (/^<![a-zA-Z]/.test(rest)) {
      this.#place = { kind: "declaration" };
      return taken("<!");
    }
    return { out: "&lt;", length: 1 };
  }

  #until(rest: string, end: string, visibility: "shown" | "hidden"): Step {
    const at = rest.indexOf(end);
    const length = at < 0 ? rest.length : at + end.length;
    if (at >= 0) this.#place = { kind: "text" };
    return { out: visibility === "shown" ? rest.slice(0, length) : "", length };
  }

  #inside(rest: string, element: string): Step {
    const end = new RegExp(`</${element}(?=[\\s/>])`, "i").exec(rest);
    if (end === null) return taken(rest);
    this.#element = "";
    this.#place = { kind: "tag" };
    return taken(rest.slice(0, end.index + end[0].length));
  }

  #inTag(rest: string, place: TagPlace): Step {
    if (rest.startsWith(">")) {
      const element = specialElements.find((special) => special === this.#element);
      this.#place = element === undefined ? { kind: "text" } : { kind: "inside", element };
      return taken(">");
    }
    const space = /^\s+/.exec(rest)?.[0];
    if (space !== undefined) {
      if (place.kind === "name") this.#place = { kind: "after name", name: place.name };
      return taken(space);
    }
    if (place.kind === "before value") return this.#beginValue(rest, place.name);
    if (rest.startsWith("=") && place.kind !== "tag") {
      this.#place = { kind: "before value", name: place.name };
      return taken("=");
    }
    const name = /^[^\s=>]+/.exec(rest)?.[0] ?? rest.slice(0, 1);
    const before = place.kind === "name" ? place.name : "";
    this.#place = { kind: "name", name: (before + name).toLowerCase() };
    return taken(name);
  }

  #beginValue(rest: string, name: string): Step {
    const quote = /^["']/.exec(rest)?.[0] ?? "";
    this.#place = { kind: "value", attribute: kindOf(name), quote, urlPart: "none" };
    return taken(quote);
  }

  #inValue(rest: string, place: ValuePlace): Step {
    const end = place.quote === "" ? rest.search(/[\s>]/) : rest.indexOf(place.quote);
    const text = end < 0 ? rest : rest.slice(0, end);
    if (end < 0) {
      this.#place = { ...place, urlPart: urlPartAfter(place.urlPart, text) };
      return taken(text);
    }
    this.#place = { kind: "tag" };
    return taken(text + place.quote);
  }
}

interface Step {
  readonly out: string;
  /** How much of the text it was. May be nothing, when the place is another one afterwards. */
  readonly length: number;
}

type TagPlace = Extract<Place, { readonly kind: "tag" | "name" | "after name" | "before value" }>;
type ValuePlace = Extract<Place, { readonly kind: "value" }>;

const specialElements = ["script", "style", "title", "textarea"] as const;

function taken(text: string): Step {
  return { out: text, length: text.length };
}

function urlPartAfter(part: ValuePlace["urlPart"], text: string): ValuePlace["urlPart"] {
  if (/[#?]/.test(text)) return "query";
  return part === "none" && text.trim() !== "" ? "path" : part;
}

function valueInAttribute(place: ValuePlace, type: string, text: string): string {
  const escape = place.quote === "" ? escapeUnquoted : escapeAttribute;
  switch (place.attribute) {
    case "url":
      return escape(urlValue(place.urlPart, type, text));
    case "style":
      return escape(filterStyle(text));
    case "script":
      return escape(scriptString(text));
    case "plain":
      return escape(type === htmlType ? stripTags(text) : text);
  }
}

/** Before a question mark an address is only tidied; after it a value is one word of the query. */
function urlValue(part: ValuePlace["urlPart"], type: string, text: string): string {
  if (part === "query" && type !== urlType) return queryEscape(text);
  return normalizeUrl(part === "none" && type !== urlType ? filterUrl(text) : text);
}

const urlAttributes: ReadonlySet<string> = new Set(
  (
    "action archive background cite classid codebase data formaction href icon longdesc " +
    "manifest poster profile src srcset usemap xmlns"
  ).split(" "),
);

function kindOf(attribute: string): AttributeKind {
  const name = attribute.replace(/^data-/, "");
  if (name.startsWith("xmlns:")) return "url";
  const local = name.replace(/^[^:]*:/, "");
  if (local.startsWith("on")) return "script";
  if (local === "style") return "style";
  return urlAttributes.has(local) || /src|uri|url/.test(local) ? "url" : "plain";
}
