import type { Surroundings } from "../surroundings.ts";
import type { Flags, Value, ValuesOf } from "./flag.ts";

/** One word of the command line: a command that does something, or a family of commands. */
export interface Command {
  readonly name: string;
  readonly help: string;
  /** Valid for it and all below it. */
  readonly flags: Flags;
  /** Arguments in order; the last may take all that are left. */
  readonly args: Flags;
  readonly children: readonly Command[];
  /** Gives the exit status. Undefined for a family. */
  readonly run:
    | ((values: Readonly<Record<string, Value>>, surroundings: Surroundings) => Promise<number>)
    | undefined;
}

interface CommandDefinition<F extends Flags, A extends Flags, P extends Flags> {
  readonly name: string;
  readonly help: string;
  readonly flags?: F;
  readonly args?: A;
  /** The flags of its families that it reads. */
  readonly inherited?: P;
  run(values: ValuesOf<F> & ValuesOf<A> & ValuesOf<P>, surroundings: Surroundings): Promise<number>;
}

/** Declares a command; the types of its values follow from their declaration. */
export function defineCommand<
  const F extends Flags = Readonly<Record<never, never>>,
  const A extends Flags = Readonly<Record<never, never>>,
  const P extends Flags = Readonly<Record<never, never>>,
>(definition: CommandDefinition<F, A, P>): Command {
  return {
    name: definition.name,
    help: definition.help,
    flags: definition.flags ?? {},
    args: definition.args ?? {},
    children: [],
    run: (values, surroundings) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parser made them from F, A and P
      const typed = values as ValuesOf<F> & ValuesOf<A> & ValuesOf<P>;
      return definition.run(typed, surroundings);
    },
  };
}

/** Declares a word that only selects among others. */
export function defineFamily(
  family: { readonly name: string; readonly help: string; readonly flags?: Flags },
  children: readonly Command[],
): Command {
  return { flags: {}, ...family, args: {}, children, run: undefined };
}
