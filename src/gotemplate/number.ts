/** Numbers as Go reads them, in templates and from text. */

const int64Max = 2n ** 63n - 1n;
const uint64Max = 2n ** 64n - 1n;

/** A constant in each of the types that can hold it, or what is wrong with it. */
export type Constant =
  | { readonly integer: bigint | undefined; readonly float: number | undefined }
  | { readonly problem: string };

/** Reads a numeric constant of a template. An integer beyond 63 bits has a float only. */
export function parseConstant(text: string): Constant {
  const integer = parseGoInteger(text);
  if (integer !== undefined && integer <= uint64Max && integer >= -int64Max - 1n) {
    return { integer, float: Number(integer) };
  }
  const float = parseGoFloat(text);
  if (float === undefined || !Number.isFinite(float)) {
    return { problem: `illegal number syntax: ${JSON.stringify(text)}` };
  }
  if (!/[.eEpP]/.test(text)) return { problem: `integer overflow: ${JSON.stringify(text)}` };
  const isWhole = Number.isInteger(float) && Math.abs(float) < 2 ** 63;
  return { integer: isWhole ? BigInt(float) : undefined, float };
}

/** An integer with the prefixes of Go (`0x`, `0o`, `0b`, a plain `0`) and `_` between digits. */
function parseGoInteger(text: string): bigint | undefined {
  const found =
    /^([+-]?)(?:0[xX]((?:_?[0-9a-fA-F])+)|0[oO]((?:_?[0-7])+)|0[bB]((?:_?[01])+)|0((?:_?[0-7])+)|(0|[1-9](?:_?[0-9])*))$/.exec(
      text,
    );
  if (found === null) return undefined;
  const [, sign, hexadecimal, octal, binary, oldOctal, decimal] = found;
  const digits = (hexadecimal ?? octal ?? binary ?? oldOctal ?? decimal ?? "").replaceAll("_", "");
  const prefix =
    hexadecimal !== undefined
      ? "0x"
      : binary !== undefined
        ? "0b"
        : decimal === undefined
          ? "0o"
          : "";
  const magnitude = BigInt(prefix + digits);
  return sign === "-" ? -magnitude : magnitude;
}

/** As `strconv.ParseFloat`: decimal, hexadecimal with a binary exponent, infinities and NaN. */
export function parseGoFloat(text: string): number | undefined {
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(text);
  if (special !== null) return special[1] === "-" ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) return Number(text);
  return parseHexadecimalFloat(text);
}

function parseHexadecimalFloat(text: string): number | undefined {
  const found =
    /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F]_?)*))?[pP]([+-]?[0-9]+)$/.exec(text);
  const whole = (found?.[2] ?? "").replaceAll("_", "");
  const fraction = (found?.[3] ?? "").replaceAll("_", "");
  if (found === null || whole + fraction === "") return undefined;
  // Beyond 13 digits the double would be rounded twice; nobody writes such constants.
  const mantissa = Number.parseInt(whole + fraction, 16);
  const magnitude = mantissa * 2 ** (Number(found[4]) - 4 * fraction.length);
  return found[1] === "-" ? -magnitude : magnitude;
}
