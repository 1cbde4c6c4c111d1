import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serverNowMs } from "../browser/oncall-client.ts";
import { countdownText } from "./countdown.ts";
import { PersonName } from "./person-name.tsx";
import type { Incident } from "./wire.ts";

/** What comes next by itself, counted down: `bob is paged in 3:12`. */
export function AwaitedText({ incident }: { readonly incident: Incident }) {
  const { awaited, status, isExhausted } = incident;
  if (awaited === undefined) {
    return isExhausted && status === "triggered" ? (
      <p class="error-text">All rounds are over, and nobody has acknowledged.</p>
    ) : null;
  }
  const { people, text, dueAt } = awaited;
  return (
    <p class="awaited">
      {people.length === 0 ? (
        <>{text}</>
      ) : (
        <>
          {people.map(({ user }, index) => (
            <span key={user}>
              {index > 0 && ", "}
              <PersonName name={user} />
            </span>
          ))}{" "}
          next
        </>
      )}{" "}
      in <Countdown untilMs={Date.parse(dueAt)} />
    </p>
  );
}

function Countdown({ untilMs }: { readonly untilMs: number }) {
  const tick = useSignal(0);
  useEffect(() => {
    const timer = setInterval(() => tick.value++, 1_000);
    return () => clearInterval(timer);
  }, []);
  // Read, so that each tick draws it anew.
  void tick.value;
  return <strong class="countdown">{countdownText(untilMs - serverNowMs())}</strong>;
}
