/** Where a component says what it tells of itself. */
export interface FamilyRegistry {
  register(family: ReadFamily): void;
}

/** A family of metrics whose figures are read when somebody asks. Names are upstream's. */
export interface ReadFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "summary";
  read(): readonly ReadFigure[];
}

export interface ReadFigure {
  /** Names and values of labels, in turn. */
  readonly labels: readonly string[];
  /** Of a summary: the sum. */
  readonly value: number;
  /** Of a summary: how many observations, and the quantiles of late ones. */
  readonly count?: number;
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
}
