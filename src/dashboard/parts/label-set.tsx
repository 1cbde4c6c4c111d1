import type { LabelRecord } from "../api/types.ts";
import { formatSeries, quoteLabelName } from "../query/series-name.ts";

/** A series as PromQL writes it, its name and labels told apart by colour. */
export function SeriesName({ labels }: { readonly labels: LabelRecord }) {
  const { __name__: name, ...others } = labels;
  const pairs = Object.entries(others);
  if (name === undefined && pairs.length === 0) return <code class="series">{"{}"}</code>;
  return (
    <code class="series" title={formatSeries(labels)}>
      <span class="metric">{name}</span>
      {pairs.length > 0 && "{"}
      {pairs.map(([label, value], index) => (
        <span key={label}>
          {index > 0 && ", "}
          <span class="label">{quoteLabelName(label)}</span>=
          <span class="value">{JSON.stringify(value)}</span>
        </span>
      ))}
      {pairs.length > 0 && "}"}
    </code>
  );
}

/** Labels as small tags. */
export function LabelTags({ labels }: { readonly labels: LabelRecord }) {
  return (
    <span class="tags">
      {Object.entries(labels).map(([name, value]) => (
        <span class="tag" key={name}>
          <span class="label">{name}</span>=<span class="value">"{value}"</span>
        </span>
      ))}
    </span>
  );
}
