import { segment, withApi } from "../api.js";
import { exit, type ExitCode } from "../failure.js";
import type { Asking } from "../installation.js";
import { record, type Output } from "../output.js";
import { table } from "../table.js";

type Asker = Asking & { readonly output: Output };

/** What a replay of one event came to, as the API shows it. */
interface Replay {
  eventId: string;
  changed: boolean;
  status: string;
  reason: string | null;
  commands: object[];
  before: object[];
  replayId?: string;
  executionIds?: string[];
}

interface Replays {
  matched: number;
  people: number;
  results: Replay[];
}

export interface Filter {
  source?: string | undefined;
  status?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  dryRun: boolean;
  confirm: number | undefined;
}

/** Replays one event and prints what it means now beside what it meant. */
export async function replayOne(context: Asker, id: string, dryRun: boolean): Promise<ExitCode> {
  const path = `/events/${segment(id)}/replay`;
  const lost = "`furrow events list` shows the ids.";
  const replay = await withApi(context, (api) => api.one<Replay>("POST", path, lost, { dryRun }));
  context.output.result(replay, () => replayText(replay, dryRun));
  return exit.done;
}

/** Replays all events of a filter and prints a line for each. */
export async function replayAll(context: Asker, filter: Filter): Promise<ExitCode> {
  const replays = await withApi(context, (api) => api.one<Replays>("POST", "/events/replay", "", filter));
  context.output.result(replays, () => replaysText(replays, filter.dryRun));
  return exit.done;
}

function replayText({ commands, before, ...fields }: Replay, dryRun: boolean): string {
  const shown = [
    record(fields),
    `Before:\n${commandLines(before)}`,
    `${dryRun ? "Would be" : "Now"}:\n${commandLines(commands)}`,
  ];
  return shown.join("\n\n");
}

function replaysText({ matched, people, results }: Replays, dryRun: boolean): string {
  const done = dryRun ? "dry run: nothing was written" : "replayed";
  const sum = `${matched} events with ${people} people, ${done}.`;
  if (results.length === 0) return sum;
  const rows = table(results, [
    { title: "event", of: ({ eventId }) => eventId },
    { title: "status", of: ({ status }) => status },
    { title: "reason", of: ({ reason }) => reason },
    { title: "changed", of: ({ changed }) => (changed ? "yes" : "no") },
    { title: "commands", of: ({ commands }) => commands.length },
    { title: "executions", of: ({ executionIds }) => executionIds?.join(" ") },
  ]);
  return `${rows}\n\n${sum}`;
}

/** JSON leaves no control character as it is. */
function commandLines(commands: readonly object[]): string {
  return commands.length === 0 ? "  nothing" : commands.map((command) => `  ${JSON.stringify(command)}`).join("\n");
}
