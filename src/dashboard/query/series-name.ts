/** Series and label names as PromQL writes them. */

/** A label's name, quoted where it is no plain identifier. */
export function quoteLabelName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}

/** `up{job="node"}`; names beyond ASCII go inside the braces, quoted. */
export function formatSeries(labels: Readonly<Record<string, string>>): string {
  const { __name__: name = "", ...others } = labels;
  const isPlain = name === "" || /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const pairs = Object.entries(others).map(
    ([label, value]) => `${quoteLabelName(label)}=${JSON.stringify(value)}`,
  );
  const inside = isPlain ? pairs : [JSON.stringify(name), ...pairs];
  const before = isPlain ? name : "";
  return inside.length === 0 && before !== "" ? before : `${before}{${inside.join(", ")}}`;
}
