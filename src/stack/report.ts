import {
  type ComposeProject,
  formatPath,
  formatRemark,
  type Path,
  placeAt,
  type Remark,
} from "#compose";
import { formatLoss, type Loss } from "./loss.ts";
import type { StackOptions } from "./options.ts";

/** Collects what is lost on the way to Kubernetes and what cannot be done at all. */
export class Report {
  readonly #project: ComposeProject;
  readonly #mode: StackOptions["mode"];
  /** By what they say: several steps may come upon the same. */
  readonly #losses = new Map<string, Loss>();
  readonly #refusals = new Map<string, Remark>();

  constructor(project: ComposeProject, mode: StackOptions["mode"]) {
    this.#project = project;
    this.#mode = mode;
  }

  /** In the order of the file. */
  get losses(): readonly Loss[] {
    return [...this.#losses.values()].sort((one, other) => byPlace(one.place, other.place));
  }

  /** In the order of the file. */
  get refusals(): readonly Remark[] {
    return [...this.#refusals.values()].sort((one, other) => byPlace(one.place, other.place));
  }

  /** Something has no effect, or another one. A strict conversion refuses it. */
  lose(path: Path, effect: Loss["effect"], reason: string): void {
    const loss: Loss = {
      attribute: formatPath(path),
      place: placeAt(this.#project.tree, path),
      effect,
      reason,
    };
    if (this.#mode !== "strict") this.#losses.set(formatLoss(loss), loss);
    else this.#refuse(path, `is ${effect}: ${reason}`);
  }

  /** Without it a service would not be what it was meant to be. A loose conversion goes on. */
  refuse(path: Path, reason: string): void {
    if (this.#mode === "loose") this.lose(path, "ignored", reason);
    else this.#refuse(path, `cannot be done on Kubernetes: ${reason}`);
  }

  /** A mistake, which no mode forgives. */
  reject(path: Path, problem: string): void {
    const refusal = { place: placeAt(this.#project.tree, path), message: problem };
    this.#refusals.set(formatRemark(refusal), refusal);
  }

  #refuse(path: Path, problem: string): void {
    this.reject(path, `${formatPath(path)} ${problem}`);
  }
}

interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

function byPlace(one: Position | undefined, other: Position | undefined): number {
  const [left, right] = [one ?? start, other ?? start];
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}

const start: Position = { file: "", line: 0, column: 0 };
