/**
 * A cursor over JSON text.
 *
 * It knows the grammar, not the types: the decoder asks for the kind of value it expects and takes
 * errors in the words of Go's `encoding/json`. Integers are exact: a number while it is safe, else a
 * bigint. Strings are as Go reads them: lone surrogates become U+FFFD.
 */

import { type JsonObject, type JsonValue } from "../schema/schema.ts";

/** Text that is not JSON. */
export class JsonSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "JsonSyntaxError";
  }
}

/** Objects and arrays nested deeper than this are refused; Kubernetes' own types need about 40. */
const jsonDepthMax = 1000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;

export type JsonToken = "object" | "array" | "string" | "number" | "bool" | "null";

export class JsonText {
  readonly #text: string;
  #position = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** What the next value is, without taking it. */
  peek(): JsonToken {
    switch (this.#nextCode()) {
      case openBrace:
        return "object";
      case openBracket:
        return "array";
      case quote:
        return "string";
      case 0x74:
      case 0x66:
        return "bool";
      case 0x6e:
        return "null";
      default: {
        const code = this.#nextCode();
        if (code === minus || (code >= zero && code <= nine)) return "number";
        throw this.#unexpected("looking for beginning of value");
      }
    }
  }

  /** Enters an object; false when it is empty, and then it is left at once. */
  openObject(): boolean {
    this.#enter();
    if (this.#nextCode() !== closeBrace) return true;
    this.#leave();
    return false;
  }

  /** The next key of the object entered, with its colon. */
  key(): string {
    if (this.#nextCode() !== quote) {
      throw this.#unexpected("looking for beginning of object key string");
    }
    const key = this.string();
    if (this.#nextCode() !== colon) throw this.#unexpected("after object key");
    this.#position++;
    return key;
  }

  /** After a value of an object: true when another key follows; otherwise the object is left. */
  nextKey(): boolean {
    const code = this.#nextCode();
    if (code === comma) {
      this.#position++;
      return true;
    }
    if (code !== closeBrace) throw this.#unexpected("after object key:value pair");
    this.#leave();
    return false;
  }

  /** Enters an array; false when it is empty, and then it is left at once. */
  openArray(): boolean {
    this.#enter();
    if (this.#nextCode() !== closeBracket) return true;
    this.#leave();
    return false;
  }

  /** After an element: true when another follows; otherwise the array is left. */
  nextElement(): boolean {
    const code = this.#nextCode();
    if (code === comma) {
      this.#position++;
      return true;
    }
    if (code !== closeBracket) throw this.#unexpected("after array element");
    this.#leave();
    return false;
  }

  string(): string {
    const text = this.#text;
    const start = this.#position + 1;
    let position = start;
    while (true) {
      const code = text.charCodeAt(position);
      if (code === quote) {
        this.#position = position + 1;
        return text.slice(start, position);
      }
      // NaN, which is the end of the text, fails this comparison as well.
      if (code === backslash || !(code >= 0x20)) return this.#longString(start, position);
      position++;
    }
  }

  /** The literal of a number: the decoder knows which type it has to fit. */
  numberLiteral(): string {
    const start = this.#position;
    numberPattern.lastIndex = start;
    const literal = numberPattern.exec(this.#text)?.[0];
    if (literal === undefined) {
      this.#position = start + 1;
      throw this.#unexpected("in numeric literal");
    }
    this.#position = start + literal.length;
    const code = this.#text.charCodeAt(this.#position);
    if (code >= zero && code <= nine) throw this.#unexpected("after top-level value");
    return literal;
  }

  bool(): boolean {
    const isTrue = this.#text.charCodeAt(this.#position) === 0x74;
    this.#word(isTrue ? "true" : "false");
    return isTrue;
  }

  null(): void {
    this.#word("null");
  }

  /** Any value, with the last of duplicate keys. */
  value(): JsonValue {
    switch (this.peek()) {
      case "object":
        return this.object();
      case "array":
        return this.#array();
      case "string":
        return this.string();
      case "number":
        return numberOf(this.numberLiteral());
      case "bool":
        return this.bool();
      case "null":
        this.null();
        return null;
    }
  }

  /** Where the cursor stands: for errors that quote their context. */
  get position(): number {
    return this.#position;
  }

  /** Refuses anything but white space after the outermost value. */
  end(): void {
    if (!Number.isNaN(this.#nextCode())) throw this.#unexpected("after top-level value");
  }

  /** An object, with the last of duplicate keys. */
  object(): JsonObject {
    const object: Record<string, JsonValue> = {};
    for (let more = this.openObject(); more; more = this.nextKey()) {
      const key = this.key();
      setOwn(object, key, this.value());
    }
    return object;
  }

  #array(): JsonValue[] {
    const array: JsonValue[] = [];
    for (let more = this.openArray(); more; more = this.nextElement()) array.push(this.value());
    return array;
  }

  #enter(): void {
    this.#position++;
    if (++this.#depth > jsonDepthMax) throw new JsonSyntaxError("exceeded max depth");
  }

  #leave(): void {
    this.#position++;
    this.#depth--;
  }

  /** The code of the next character that is not white space; NaN at the end. */
  #nextCode(): number {
    let code = this.#text.charCodeAt(this.#position);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      code = this.#text.charCodeAt(++this.#position);
    }
    return code;
  }

  #word(word: string): void {
    for (let index = 1; index < word.length; index++) {
      this.#position++;
      if (this.#text[this.#position] !== word[index]) {
        throw this.#unexpected(`in literal ${word} (expecting '${word[index]}')`);
      }
    }
    this.#position++;
  }

  #longString(start: number, firstOddity: number): string {
    const text = this.#text;
    let value = text.slice(start, firstOddity);
    let position = firstOddity;
    while (true) {
      const code = text.charCodeAt(position);
      if (code === quote) break;
      if (!(code >= 0x20)) {
        this.#position = position;
        throw this.#unexpected("in string literal");
      }
      if (code === backslash) {
        const escape = this.#escape(position + 1);
        value += escape;
        position += text[position + 1] === "u" ? 6 : 2;
        continue;
      }
      let end = position + 1;
      for (
        let next = text.charCodeAt(end);
        next >= 0x20 && next !== quote && next !== backslash;
      ) {
        next = text.charCodeAt(++end);
      }
      value += text.slice(position, end);
      position = end;
    }
    this.#position = position + 1;
    return value.toWellFormed();
  }

  /** The character that the escape after the backslash stands for; surrogates pair up later. */
  #escape(position: number): string {
    const sign = this.#text[position] ?? "";
    const plain = escapes.get(sign);
    if (plain !== undefined) return plain;
    this.#position = position;
    if (sign !== "u") throw this.#unexpected("in string escape code");
    const digits = this.#text.slice(position + 1, position + 5);
    const valid = /^[0-9a-fA-F]*/.exec(digits)?.[0].length ?? 0;
    if (valid < 4) {
      this.#position = position + 1 + valid;
      throw this.#unexpected("in \\u hexadecimal character escape");
    }
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #unexpected(context: string): JsonSyntaxError {
    const sign = this.#text.codePointAt(this.#position);
    if (sign === undefined) return new JsonSyntaxError("unexpected end of JSON input");
    return new JsonSyntaxError(`invalid character ${quoteChar(sign)} ${context}`);
  }
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** A character as Go's syntax errors show it. */
function quoteChar(codePoint: number): string {
  const sign = String.fromCodePoint(codePoint);
  if (sign === "'") return "'\\''";
  if (sign === '"') return "'\"'";
  return `'${JSON.stringify(sign).slice(1, -1)}'`;
}

/** A number as it is held in memory: exact for every integer. */
export function numberOf(literal: string): number | bigint {
  const near = Number(literal);
  if (literal.length < 16 || Number.isSafeInteger(near)) return near;
  return /^-?\d+$/.test(literal) ? BigInt(literal) : near;
}

/** Sets a property of its own whatever the key is: `__proto__` is a key like any other. */
export function setOwn(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    object[key] = value;
  }
}
