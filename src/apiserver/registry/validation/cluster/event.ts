import { type FieldError, labelKeyProblems } from "#api";
import type { Event } from "#api/core/v1";
import { invalidFor, invalidValue, type Problems, required } from "../problems.ts";

const instanceLengthMax = 128;
const nameLengthMax = 128;
const messageLengthMax = 1_024;

/** An event lives beside the object that it is about; those of cluster-wide objects in `default`. */
export function* eventProblems(event: Event): Problems {
  const namespace = event.metadata?.namespace ?? "";
  const about = event.involvedObject.namespace ?? "";
  const field = "involvedObject.namespace";
  const why = "does not match event.namespace";
  if ((event.eventTime ?? "") === "") {
    const isBeside = about === "" ? namespace === "default" : about === namespace;
    if (!isBeside) yield invalidValue(field, about, why);
    return;
  }
  if (about === "" && namespace !== "default" && namespace !== "kube-system") {
    yield invalidValue(field, about, why);
  }
  yield* reportProblems(event);
}

/** Events of the newer form say who reported them, and what happened. */
function* reportProblems(event: Event): Problems {
  const { reportingComponent = "", reportingInstance = "", message = "" } = event;
  if (reportingComponent === "") yield required("reportingComponent");
  yield* invalidFor("reportingComponent", reportingComponent, labelKeyProblems(reportingComponent));
  yield* textProblems("reportingInstance", reportingInstance, instanceLengthMax);
  yield* textProblems("action", event.action ?? "", nameLengthMax);
  yield* textProblems("reason", event.reason ?? "", nameLengthMax);
  if (message.length > messageLengthMax) yield tooManyCharacters("message", messageLengthMax);
}

function* textProblems(field: string, text: string, lengthMax: number): Problems {
  if (text === "") yield required(field);
  if (text.length > lengthMax) yield tooManyCharacters(field, lengthMax);
}

function tooManyCharacters(field: string, lengthMax: number): FieldError {
  return invalidValue(field, "", `can have at most ${lengthMax} characters`);
}
