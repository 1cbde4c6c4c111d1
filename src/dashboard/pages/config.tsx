import { useSignal } from "@preact/signals";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Page } from "../parts/page.tsx";

/** The configuration that is in force, secrets left out. */
export function ConfigPage() {
  const config = useApi<{ readonly yaml: string }>("status/config");
  const isCopied = useSignal(false);
  const yaml = config.result?.data.yaml ?? "";
  const copy = async () => {
    await globalThis.navigator.clipboard.writeText(yaml);
    isCopied.value = true;
  };
  return (
    <Page
      title="Configuration"
      tools={
        <button type="button" onClick={() => void copy()}>
          {isCopied.value ? "Copied" : "Copy"}
        </button>
      }
    >
      <Loaded loading={config}>
        {(answer) => (
          <pre class="yaml" tabIndex={0}>
            {answer.yaml}
          </pre>
        )}
      </Loaded>
    </Page>
  );
}
