/** `eq`, `lt` and the like: values of one basic kind compare, others are refused. */
import { compareText } from "#base";
import { formatPlain } from "./format-value.ts";
import { CallRefusal, type GoValue, typeNameOf, unboxed } from "./value.ts";

/** Whether the first value equals any of the others. */
export function equalsAny(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new CallRefusal("missing argument for comparison");
  return others.some((other) => equals(unboxed(first), unboxed(other)));
}

export function isLess(left: GoValue, right: GoValue): boolean {
  const [a, b] = [unboxed(left), unboxed(right)];
  if (!isBasic(a) || !isBasic(b)) throw new CallRefusal("invalid type for comparison");
  if (typeof a !== typeof b) throw incompatible(a, b);
  if (typeof a === "boolean") throw new CallRefusal("invalid type for comparison");
  return typeof a === "string" && typeof b === "string" ? compareText(a, b) < 0 : a < b;
}

function equals(left: GoValue, right: GoValue): boolean {
  const isLeftNil = left === undefined || left === null;
  const isRightNil = right === undefined || right === null;
  if (isLeftNil || isRightNil) return isLeftNil && isRightNil;
  if (isBasic(left) || isBasic(right)) {
    if (typeof left !== typeof right) throw incompatible(left, right);
    return left === right;
  }
  if (left.kind !== right.kind) {
    throw new CallRefusal(
      `non-comparable types ${formatPlain(left)}: ${typeNameOf(left)}, ${typeNameOf(right)}: ${formatPlain(right)}`,
    );
  }
  if (left.kind !== "struct") {
    throw new CallRefusal(`non-comparable type ${formatPlain(right)}: ${typeNameOf(right)}`);
  }
  return left === right;
}

type Basic = boolean | string | number | bigint;

function isBasic(value: GoValue): value is Basic {
  return ["boolean", "string", "number", "bigint"].includes(typeof value);
}

function incompatible(left: GoValue, right: GoValue): CallRefusal {
  return new CallRefusal(
    `incompatible types for comparison: ${typeNameOf(left)} and ${typeNameOf(right)}`,
  );
}
