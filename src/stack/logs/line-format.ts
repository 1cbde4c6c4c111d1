/** How lines of many containers look on one screen: each behind the label of its container. */
import type { LogLine } from "./log-line.ts";

export interface LineFormat {
  readonly prefix: "label" | "none";
  readonly color: "always" | "never";
  readonly timestamps: "shown" | "hidden";
}

const escape = "\u001B[";
/** Cyan, yellow, green, magenta, blue, then the bright ones: none that means an error to anybody. */
const colors = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/** Formats lines; remembers the colour of each label, and how wide labels are. */
export class LineFormatter {
  readonly #format: LineFormat;
  readonly #colors = new Map<string, number>();
  #width = 0;

  constructor(format: LineFormat) {
    this.#format = format;
  }

  /** Makes room for a label before its first line, so that all lines of a screen align. */
  announce(label: string): void {
    if (this.#colors.has(label)) return;
    this.#colors.set(label, colors[this.#colors.size % colors.length] ?? 0);
    this.#width = Math.max(this.#width, label.length);
  }

  format(label: string, { time, text }: LogLine): string {
    this.announce(label);
    const content = this.#format.timestamps === "shown" ? `${time} ${text}` : text;
    if (this.#format.prefix === "none") return content;
    const prefix = `${label.padEnd(this.#width)}  |`;
    if (this.#format.color === "never") return `${prefix} ${content}`;
    return `${escape}${this.#colors.get(label)}m${prefix}${escape}0m ${content}`;
  }
}
