/** What stands between a binary operator and its right operand: `bool`, matching and filling. */
import type { VectorMatching } from "./ast.ts";
import { secondsOf } from "./parse-duration.ts";
import { parseLabelNames, startsExpression } from "./parse-labels.ts";
import type { TokenStream } from "./token-stream.ts";

export interface OperatorModifiers {
  readonly returnsBool: boolean;
  readonly matching: VectorMatching;
}

/** `bool on (instance) group_left (version) fill_right (0)`, all of it optional. */
export function parseOperatorModifiers(stream: TokenStream): OperatorModifiers {
  const returnsBool = stream.accept("bool") !== undefined;
  const matching = parseMatching(stream);
  return { returnsBool, matching: { ...matching, ...parseFill(stream) } };
}

type Fill = Pick<VectorMatching, "fillLeft" | "fillRight">;

function parseMatching(stream: TokenStream): Omit<VectorMatching, keyof Fill> {
  const isOn = stream.isAt("on");
  if (!isOn && !stream.isAt("ignoring")) {
    return { cardinality: "one-to-one", isOn: false, labels: [], include: [] };
  }
  stream.take();
  const labels = parseLabelNames(stream);
  if (stream.accept("group_left") !== undefined) {
    return { cardinality: "many-to-one", isOn, labels, include: parseInclude(stream) };
  }
  if (stream.accept("group_right") !== undefined) {
    return { cardinality: "one-to-many", isOn, labels, include: parseInclude(stream) };
  }
  return { cardinality: "one-to-one", isOn, labels, include: [] };
}

function parseInclude(stream: TokenStream): readonly string[] {
  const { kind } = stream.peek();
  const isOmitted = kind !== "(" && (startsExpression(kind) || kind.startsWith("fill"));
  return isOmitted ? [] : parseLabelNames(stream);
}

function parseFill(stream: TokenStream): Fill {
  if (stream.accept("fill") !== undefined) {
    const value = parseFillValue(stream);
    return { fillLeft: value, fillRight: value };
  }
  if (stream.accept("fill_left") !== undefined) {
    const fillLeft = parseFillValue(stream);
    const hasRight = stream.accept("fill_right") !== undefined;
    return { fillLeft, fillRight: hasRight ? parseFillValue(stream) : undefined };
  }
  if (stream.accept("fill_right") !== undefined) {
    const fillRight = parseFillValue(stream);
    const hasLeft = stream.accept("fill_left") !== undefined;
    return { fillLeft: hasLeft ? parseFillValue(stream) : undefined, fillRight };
  }
  return { fillLeft: undefined, fillRight: undefined };
}

function parseFillValue(stream: TokenStream): number {
  stream.expect("(");
  const isNegative = stream.accept("-") !== undefined;
  if (!isNegative) stream.accept("+");
  if (!stream.isAt("number") && !stream.isAt("duration")) stream.unexpected();
  const value = secondsOf(stream, stream.take());
  stream.expect(")");
  return isNegative ? -value : value;
}
