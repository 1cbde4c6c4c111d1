import {
  backslash,
  braceClose,
  braceOpen,
  dot,
  isNameByte,
  minus,
  newline,
  quote,
  space,
  tab,
} from "./bytes.ts";
import { ExpectedKey } from "./expected-key.ts";

const zero = 0x30;
const nine = 0x39;
const lowerE = 0x65;
const plus = 0x2b;

/** 10^0 to 10^22, the powers of ten that doubles hold exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Numbers of so many digits are exact as they are read. */
const exactDigitsMax = 15;

/**
 * The inner loops of the text formats: finds the end of a series and reads a number, as fast as it
 * goes. It only promises to be right about well-formed lines; on anything it does not expect it says
 * so, and slower code finds out what it is.
 */
export class LineScanner {
  /** Ends with a line break, so that most loops need not look for the end. */
  readonly bytes: Uint8Array;
  position = 0;
  keyStart = 0;
  keyEnd = 0;
  keyHash = 0;
  number = 0;
  isExpected = false;
  readonly expected = new ExpectedKey();
  readonly #view: DataView;
  readonly #blanks: "before labels" | "none";

  constructor(bytes: Uint8Array, blanks: "before labels" | "none") {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#blanks = blanks;
  }

  /**
   * Passes over a metric name and its labels, which become the key. Only quotes, escapes and the
   * closing brace are looked at. False when no brace closes: the position is then at the start.
   */
  scanSeries(): boolean {
    this.isExpected = this.#scanExpected();
    if (this.isExpected) return true;
    const { bytes } = this;
    const start = this.position;
    let at = start;
    let hash = 0x811c9dc5;
    let byte = bytes[at] ?? newline;
    while (isNameByte[byte] === 1) {
      hash = Math.imul(hash ^ byte, 0x01000193);
      byte = bytes[++at] ?? newline;
    }
    const brace = this.#blanks === "none" ? at : skipBlanks(bytes, at);
    this.keyStart = start;
    this.keyHash = hash;
    if (bytes[brace] === braceOpen) return this.#scanLabels(brace);
    this.keyEnd = at;
    this.position = at;
    return true;
  }

  /** Passes over the expected key, if it is what stands here. */
  #scanExpected(): boolean {
    const from = this.position;
    const { length } = this.expected;
    if (length === 0 || from + length >= this.bytes.length) return false;
    if (!this.expected.isAt(this.#view, from)) return false;
    const keyEnd = from + length;
    if (this.bytes[keyEnd - 1] !== braceClose && !this.#isBareEnd(keyEnd)) return false;
    this.keyStart = from;
    this.keyEnd = keyEnd;
    this.position = keyEnd;
    return true;
  }

  /** Whether a name without labels ends here. */
  #isBareEnd(end: number): boolean {
    const next = this.bytes[end + 1];
    return this.bytes[end] === space && next !== space && next !== tab && next !== braceOpen;
  }

  #scanLabels(brace: number): boolean {
    const { bytes } = this;
    const end = bytes.length;
    let hash = this.keyHash;
    let at = brace;
    let byte = braceOpen;
    while (byte !== braceClose) {
      hash = Math.imul(hash ^ byte, 0x01000193);
      if (byte === newline) return false;
      byte = bytes[++at] ?? newline;
      if (byte !== quote) continue;
      do {
        hash = Math.imul(hash ^ byte, 0x01000193);
        if (byte === backslash) at++;
        byte = bytes[++at] ?? quote;
      } while (byte !== quote);
      if (at >= end) return false;
    }
    this.keyHash = hash;
    this.keyEnd = at + 1;
    this.position = at + 1;
    return true;
  }

  /** Passes over spaces and tabs. */
  skipBlanks(): void {
    this.position = skipBlanks(this.bytes, this.position);
  }

  /**
   * Reads a decimal number of few digits that ends at a blank or the end of the line. False for all
   * others (infinities, many digits, nonsense): the position stays.
   */
  scanNumber(): boolean {
    const { bytes } = this;
    const isNegative = bytes[this.position] === minus;
    const first = isNegative ? this.position + 1 : this.position;
    let at = first;
    let byte = bytes[at] ?? newline;
    let mantissa = 0;
    let dotAt = -1;
    while ((byte >= zero && byte <= nine) || (byte === dot && dotAt < 0)) {
      if (byte === dot) dotAt = at;
      else mantissa = mantissa * 10 + byte - zero;
      byte = bytes[++at] ?? newline;
    }
    const digits = at - first - (dotAt < 0 ? 0 : 1);
    if (digits === 0 || digits > exactDigitsMax) return false;
    const decimals = dotAt < 0 ? 0 : at - dotAt - 1;
    this.number = isNegative ? -mantissa : mantissa;
    if (byte === lowerE) return this.#scanExponent(at + 1, decimals);
    return this.#endNumber(at, -decimals);
  }

  /** `+06`, `-7`: what Go writes behind the digits of very large and very small numbers. */
  #scanExponent(start: number, decimals: number): boolean {
    const { bytes } = this;
    const sign = bytes[start];
    let at = sign === minus || sign === plus ? start + 1 : start;
    const first = at;
    let exponent = 0;
    for (let byte = bytes[at] ?? newline; byte >= zero && byte <= nine; byte = bytes[++at] ?? 0) {
      exponent = exponent * 10 + byte - zero;
    }
    if (at === first || at - first > 3) return false;
    return this.#endNumber(at, (sign === minus ? -exponent : exponent) - decimals);
  }

  /** Mantissa and power of ten are both exact, so the result is the double nearest to the text. */
  #endNumber(at: number, exponent: number): boolean {
    const byte = this.bytes[at];
    if (byte !== newline && byte !== space && byte !== tab) return false;
    const power = powersOfTen[Math.abs(exponent)];
    if (power === undefined) return false;
    if (exponent < 0) this.number /= power;
    else if (exponent > 0) this.number *= power;
    this.position = at;
    return true;
  }
}

export function skipBlanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === space || bytes[at] === tab) at++;
  return at;
}

/** The body itself when it ends with a line break (or is empty), else a copy that does. */
export function withLineBreak(body: Uint8Array): Uint8Array {
  if (body.length === 0 || body.at(-1) === newline) return body;
  const copy = new Uint8Array(body.length + 1);
  copy.set(body);
  copy[body.length] = newline;
  return copy;
}
