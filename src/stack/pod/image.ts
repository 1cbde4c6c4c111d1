import type { Conversion, StackService } from "../stack-service.ts";

/** The image of a service; of one that is only built, the name that Compose gives to what it builds. */
export function imageOf(
  { name, definition }: StackService,
  { options, project }: Conversion,
): string {
  return options.images.get(name) ?? definition.image ?? `${project.name}-${name.toLowerCase()}`;
}

/** As Compose has it, an image that is there is not looked for again, whatever its tag. */
export function pullPolicyOf(
  { definition, extension, kompose, path }: StackService,
  { report }: Conversion,
): string {
  const labelled = extension.pullPolicy ?? kompose.get("image-pull-policy");
  if (labelled !== undefined) return labelled;
  const policy = definition.pull_policy ?? "missing";
  const known = pullPolicies.get(policy);
  if (known !== undefined) return known;
  const at = [...path, "pull_policy"];
  if (/^(?:refresh|daily|weekly|every_(?:\d+[wdhms])+)$/.test(policy)) {
    report.lose(at, "changed", "the image is looked for whenever a container starts");
    return "Always";
  }
  report.reject(at, `pull_policy cannot be ${JSON.stringify(policy)}`);
  return "IfNotPresent";
}

const pullPolicies: ReadonlyMap<string, string> = new Map([
  ["always", "Always"],
  ["missing", "IfNotPresent"],
  ["if_not_present", "IfNotPresent"],
  ["never", "Never"],
  ["build", "IfNotPresent"],
]);
