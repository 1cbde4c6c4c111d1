import type { EnvVar } from "#api/core/v1";
import type { Conversion, StackService } from "../stack-service.ts";

/** The variables of a service, in the order of their names so that reordering changes nothing. */
export function environmentOf(
  { definition, path }: StackService,
  { report }: Conversion,
): readonly EnvVar[] {
  const variables: EnvVar[] = [];
  for (const [name, value] of definition.environment ?? []) {
    if (!/^[\x20-\x3c\x3e-\x7e]+$/.test(name)) {
      const reason = "its name has characters that names of variables cannot have";
      report.refuse([...path, "environment", name], reason);
    } else if (value !== null) {
      variables.push({ name, value: literal(value) });
    }
  }
  return variables.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The text with what Kubernetes would take for references to variables made plain text again. */
export function literal(text: string): string {
  return text.replace(/\$(?=[$(])/g, "$$$$");
}
