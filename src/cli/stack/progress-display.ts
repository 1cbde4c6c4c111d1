import { formatNews, formatProgress, type ServiceProgress } from "#stack";
import type { Terminal } from "../command.ts";

export interface ProgressDisplay {
  show(services: readonly ServiceProgress[]): void;
  /** Puts a line above the progress, or below what was printed. */
  note(line: string): void;
}

export const quietDisplay = (terminal: Terminal): ProgressDisplay => ({
  show: () => {},
  note: (line) => terminal.note(line),
});

/** One line for each service: redrawn on a person's terminal, else printed when it changes. */
export function progressDisplay(terminal: Terminal): ProgressDisplay {
  return terminal.columns() === undefined ? newsDisplay(terminal) : liveDisplay(terminal);
}

function newsDisplay(terminal: Terminal): ProgressDisplay {
  const told = new Map<string, string>();
  return {
    show(services) {
      for (const [service, line] of formatNews(services, told)) {
        told.set(service, line);
        terminal.print(line);
      }
    },
    note: (line) => terminal.note(line),
  };
}

function liveDisplay(terminal: Terminal): ProgressDisplay {
  let drawn: readonly string[] = [];
  return {
    show(services) {
      const columns = terminal.columns() ?? 80;
      const lines = formatProgress(services).map((line) => line.slice(0, columns));
      if (lines.join("\n") === drawn.join("\n")) return;
      if (drawn.length > 0) terminal.print(`\u001B[${drawn.length}A\u001B[J${lines.join("\n")}`);
      else terminal.print(lines.join("\n"));
      drawn = lines;
    },
    note(line) {
      // What is drawn stays above; the next progress is drawn below.
      drawn = [];
      terminal.note(line);
    },
  };
}
