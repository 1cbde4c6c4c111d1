/**
 * A number as Go's `strconv.FormatFloat(value, format, -1, 64)` writes it: the fewest digits that read
 * back as the same number, as decimals ("f"), or with an exponent below 1e-4 and from 1e6 on ("g",
 * which is also `%g` and `%v`). Upstream's formats and messages show numbers in one of these two ways.
 */
export function formatFloat(value: number, format: "f" | "g"): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const plain = String(value);
  const magnitude = Math.abs(value);
  if (value === 0 || (magnitude >= 1e-4 && magnitude < 1e6)) return plain;
  if (format === "f") return plain.includes("e") ? withoutExponent(value) : plain;
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

/** Decimals only, also for numbers that JavaScript writes with an exponent. */
function withoutExponent(value: number): string {
  const [digits = "", exponentText = "0"] = value.toExponential().split("e");
  const sign = digits.startsWith("-") ? "-" : "";
  const significant = digits.replace("-", "").replace(".", "");
  const exponent = Number(exponentText);
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${significant}`;
  return sign + significant.padEnd(exponent + 1, "0");
}
