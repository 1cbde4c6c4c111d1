/** Go's `fmt.Sprintf`, `Sprint` and `Sprintln`. */
import { type Flags, formatPlain, formatValue, noFlags, widthMax } from "./format-value.ts";
import { CallRefusal, type GoValue, isKind, typeNameOf, unboxed } from "./value.ts";

/** No text of a template may grow beyond this. */
export const textLengthMax = 4_000_000;

/** The format with its arguments put in; what does not fit is said in the text, as Go does. */
export function sprintf(format: string, args: readonly GoValue[]): string {
  return new Formatter(format, args).run();
}

/** The arguments in a row, with a space between two that are not strings. */
export function sprint(args: readonly GoValue[]): string {
  let out = "";
  let wasString = true;
  for (const [index, arg] of args.entries()) {
    const isString = typeof unboxed(arg) === "string";
    if (index > 0 && !isString && !wasString) out += " ";
    out = appended(out, formatPlain(arg));
    wasString = isString;
  }
  return out;
}

/** The arguments with spaces between them, and the end of the line. */
export function sprintln(args: readonly GoValue[]): string {
  return `${args.reduce<string>((out, arg, index) => appended(out, (index > 0 ? " " : "") + formatPlain(arg)), "")}\n`;
}

function appended(text: string, more: string): string {
  if (text.length + more.length > textLengthMax) {
    throw new CallRefusal(`text is longer than ${textLengthMax} characters`);
  }
  return text + more;
}

/** Under `%v` the flags `+` and `#` have meanings of their own. */
function flagsUnder(verb: string, flags: Flags): Flags {
  if (verb !== "v" || (!flags.plus && !flags.sharp)) return flags;
  const { plus, sharp } = flags;
  return { ...flags, plus: false, sharp: false, namesFields: plus, usesSyntax: sharp };
}

class Formatter {
  readonly #format: string;
  readonly #args: readonly GoValue[];
  #out = "";
  #next = 0;
  #argIndex = 0;
  /** An index such as `[2]` was used, after which unused arguments are not told. */
  #isReordered = false;
  /** Whether the last thing read was an index, and whether all of this directive were good. */
  #isAfterIndex = false;
  #hasGoodIndex = true;

  constructor(format: string, args: readonly GoValue[]) {
    this.#format = format;
    this.#args = args;
  }

  run(): string {
    while (this.#next < this.#format.length) {
      const percent = this.#format.indexOf("%", this.#next);
      const end = percent < 0 ? this.#format.length : percent;
      this.#write(this.#format.slice(this.#next, end));
      this.#next = end + 1;
      if (percent >= 0) this.#directive();
    }
    if (!this.#isReordered && this.#argIndex < this.#args.length) this.#writeExtra();
    return this.#out;
  }

  #directive(): void {
    this.#hasGoodIndex = true;
    this.#isAfterIndex = false;
    const letters = /^[#0+\- ]*/.exec(this.#format.slice(this.#next, this.#next + 100))?.[0] ?? "";
    this.#next += letters.length;
    this.#takeIndex();
    const written = this.#width();
    const precision = this.#precision();
    if (!this.#isAfterIndex) this.#takeIndex();
    const codePoint = this.#format.codePointAt(this.#next);
    if (codePoint === undefined) {
      this.#write("%!(NOVERB)");
      return;
    }
    const verb = String.fromCodePoint(codePoint);
    this.#next += verb.length;
    const isNegative = (written ?? 0) < 0;
    this.#verb(verb, {
      plus: letters.includes("+"),
      minus: letters.includes("-") || isNegative,
      sharp: letters.includes("#"),
      space: letters.includes(" "),
      zero: letters.includes("0") && !letters.includes("-") && !isNegative,
      width: written === undefined ? undefined : Math.abs(written),
      precision,
      namesFields: false,
      usesSyntax: false,
    });
  }

  #verb(verb: string, flags: Flags): void {
    if (verb === "%") this.#write("%");
    else if (!this.#hasGoodIndex) this.#write(`%!${verb}(BADINDEX)`);
    else if (this.#argIndex >= this.#args.length) this.#write(`%!${verb}(MISSING)`);
    else this.#write(formatValue(this.#args[this.#argIndex++], verb, flagsUnder(verb, flags)));
  }

  #width(): number | undefined {
    if (this.#format[this.#next] === "*") {
      this.#next++;
      this.#isAfterIndex = false;
      const width = this.#takeIntegerArg();
      if (width === undefined) this.#write("%!(BADWIDTH)");
      return width;
    }
    const width = this.#takeInteger();
    if (width !== undefined && this.#isAfterIndex) this.#hasGoodIndex = false;
    return width;
  }

  #precision(): number | undefined {
    if (this.#format[this.#next] !== "." || this.#next + 1 >= this.#format.length) return undefined;
    this.#next++;
    if (this.#isAfterIndex) this.#hasGoodIndex = false;
    this.#takeIndex();
    if (this.#format[this.#next] !== "*") return this.#takeInteger() ?? 0;
    this.#next++;
    this.#isAfterIndex = false;
    const precision = this.#takeIntegerArg();
    if (precision === undefined) this.#write("%!(BADPREC)");
    return precision === undefined || precision < 0 ? undefined : precision;
  }

  /** Reads `[n]`, which says which argument comes next. */
  #takeIndex(): void {
    this.#isAfterIndex = false;
    if (this.#format[this.#next] !== "[") return;
    this.#isReordered = true;
    const end = this.#format.indexOf("]", this.#next);
    const digits = this.#format.slice(this.#next + 1, end);
    this.#next = end < 0 ? this.#next + 1 : end + 1;
    const index = /^[0-9]{1,7}$/.test(digits) ? Number(digits) - 1 : -1;
    this.#isAfterIndex = end >= 0 && /^[0-9]{1,7}$/.test(digits);
    if (index >= 0 && index < this.#args.length) this.#argIndex = index;
    else this.#hasGoodIndex = false;
  }

  #takeInteger(): number | undefined {
    const digits = /^[0-9]+/.exec(this.#format.slice(this.#next, this.#next + 20))?.[0];
    if (digits === undefined) return undefined;
    this.#next += digits.length;
    return Number(digits) > widthMax ? undefined : Number(digits);
  }

  #takeIntegerArg(): number | undefined {
    const arg = unboxed(this.#args[this.#argIndex]);
    if (this.#argIndex < this.#args.length) this.#argIndex++;
    if (typeof arg !== "bigint" || arg > BigInt(widthMax) || -arg > BigInt(widthMax)) {
      return undefined;
    }
    return Number(arg);
  }

  #writeExtra(): void {
    const shown = this.#args.slice(this.#argIndex).map((arg) => {
      const inner = unboxed(arg);
      if (inner === undefined || inner === null) return "<nil>";
      const value = isKind(inner, "function") ? "?" : formatValue(inner, "v", noFlags);
      return `${typeNameOf(inner)}=${value}`;
    });
    this.#write(`%!(EXTRA ${shown.join(", ")})`);
  }

  #write(text: string): void {
    this.#out = appended(this.#out, text);
  }
}
