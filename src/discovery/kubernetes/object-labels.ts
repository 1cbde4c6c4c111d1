import { metaLabels, sanitizeLabelName } from "../target-group.ts";

export type LabelPair = readonly [name: string, value: string];

/** What every object of the cluster has, and what of it is looked at. */
export interface ObjectFacts {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
}

/** `kubernetes` meta labels. */
export function kubernetesLabels(
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): readonly LabelPair[] {
  return metaLabels("kubernetes_", values);
}

export function namespaceLabel(object: ObjectFacts): readonly LabelPair[] {
  return kubernetesLabels({ namespace: object.metadata.namespace });
}

/** Name, labels and annotations of an object; `resource` is how its role is called. */
export function objectLabels(resource: string, object: ObjectFacts): readonly LabelPair[] {
  return [
    ...kubernetesLabels({ [`${resource}_name`]: object.metadata.name }),
    ...describedLabels(resource, object),
  ];
}

/** Labels and annotations alone. */
export function describedLabels(resource: string, { metadata }: ObjectFacts): readonly LabelPair[] {
  return [
    ...markedLabels(`${resource}_label`, metadata.labels ?? {}),
    ...markedLabels(`${resource}_annotation`, metadata.annotations ?? {}),
  ];
}

/** Each with a mark that it is there, which tells an empty value from none. */
function markedLabels(
  prefix: string,
  values: Readonly<Record<string, string>>,
): readonly LabelPair[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const sanitized = sanitizeLabelName(name);
    return kubernetesLabels({
      [`${prefix}_${sanitized}`]: value,
      [`${prefix}present_${sanitized}`]: true,
    });
  });
}
