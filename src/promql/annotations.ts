import type { Span } from "./syntax/ast.ts";
import { positionOf } from "./syntax/position.ts";

/**
 * Something a user should know about a result that stands nevertheless. Two of the same text are
 * one, whatever their places; the later one's place is shown.
 */
export interface Annotation {
  readonly level: "warning" | "info";
  /** Without the prefix and the place. */
  readonly text: string;
  readonly span: Span;
  /** What is told only in the final text, of all annotations of the same text together. */
  readonly details?: AnnotationDetails;
}

/** Facts that add up when annotations of the same text meet. */
export interface AnnotationDetails {
  merge(previous: AnnotationDetails): AnnotationDetails;
  /** Put between the text and the place. */
  format(): string;
}

/** The annotations of a query, or of a part of it while that is being evaluated. */
export class Annotations {
  readonly #byText = new Map<string, Annotation>();

  add(annotation: Annotation): void {
    const key = `${annotation.level} ${annotation.text}`;
    const previous = this.#byText.get(key);
    if (previous?.details === undefined || annotation.details === undefined) {
      this.#byText.set(key, annotation);
      return;
    }
    const details = annotation.details.merge(previous.details);
    this.#byText.set(key, { ...previous, details });
  }

  merge(later: Annotations): void {
    for (const annotation of later.#byText.values()) this.add(annotation);
  }

  /** The texts of one level with their places in `query`. */
  format(level: Annotation["level"], query: string): readonly string[] {
    return [...this.#byText.values()]
      .filter((annotation) => annotation.level === level)
      .map((annotation) => formatAnnotation(annotation, query));
  }
}

function formatAnnotation(annotation: Annotation, query: string): string {
  const details = annotation.details?.format() ?? "";
  const place = positionOf(query, annotation.span.start);
  return `PromQL ${annotation.level}: ${annotation.text}${details} (${place})`;
}
