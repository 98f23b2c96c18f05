import type { Preset } from "../fakes/sendgrid-behaviour.js";
import { readLedger } from "./ledger.js";
import { ProviderRun } from "./provider-run.js";
import { until } from "./pulse.js";
import { steps } from "./workspace.js";

const people = 10;
const pausedWithin = 30_000;

/** Answers that are the end of the matter, and the state of a sending afterwards. */
const final: readonly [Preset, "failed" | "completed"][] = [
  ["400", "failed"],
  ["404", "failed"],
  ["405", "failed"],
  ["406", "failed"],
  ["413", "failed"],
  ["451", "failed"],
  ["sandbox", "completed"],
];

/** Gives every answer that says something of a message or of our account, and compares what became of the sendings. */
export async function providerAnswers(seed: number): Promise<{ answers: number; violations: string[] }> {
  return ProviderRun.play(seed, async (run) => {
    for (const [preset] of final) {
      await run.provider.behave({ seed, rules: [{ do: preset }] });
      await run.call(preset, people);
      await run.rest();
    }
    for (const preset of ["401", "403"] as const) await refuseAll(run, preset, seed);
    run.expect(run.turns.opened === 0, "an answer to one message, or to all of ours, opened the circuit");
    run.expect((await run.server.stop()) === 0, "the stop did not end in order");

    const { sendings, attempts, contacts } = readLedger(run.workspace.database);
    const bySending = Map.groupBy(attempts, ({ sending_id }) => sending_id);
    const of = (name: string) => sendings.filter(({ contact_id }) => contacts.get(contact_id)?.startsWith(`${name}-`));
    for (const [preset, state] of [...final, ["401", "completed"], ["403", "completed"]] as const) {
      run.expect(of(preset).length === people, `${preset}: ${of(preset).length} sendings of ${people}`);
      for (const sending of of(preset)) {
        const made = (bySending.get(sending.id) ?? [])
          .map(({ state: ended }) => ended)
          .filter((ended) => ended !== "deferred");
        const expected = state === "failed" ? ["rejected"] : steps.map(() => "accepted");
        run.expect(
          sending.state === state && made.join() === expected.join(),
          `${preset}: ${sending.id} is ${sending.state} after ${made.join()}`,
        );
      }
    }
    return { answers: final.length + 2, violations: run.violations };
  });
}

/** The provider refuses whatever we send: the channel is paused and nothing is called; when a person resumes it all goes on. */
async function refuseAll(run: ProviderRun, preset: "401" | "403", seed: number): Promise<void> {
  const { provider, server, workspace } = run;
  await provider.behave({ seed, rules: [{ do: preset }] });
  const before = provider.journal().length;
  await run.call(preset, people);
  const paused = await until(async () => (await channel(run, "GET", "")) === "paused", pausedWithin);
  run.expect(paused !== undefined, `${preset}: the channel is not paused`);
  await until(() => parked(workspace.database) === people, pausedWithin);
  run.expect(parked(workspace.database) === people, `${preset}: not all are parked`);
  const made = provider.journal().length - before;
  run.expect(made > 0 && made <= people, `${preset}: ${made} calls for ${people} people`);
  run.expect(server.log.includes("the channel is paused"), `${preset}: the log does not say it`);
  await provider.behave({ seed, rules: [] });
  run.expect((await channel(run, "PUT", "/email/resume")) === "ok", `${preset}: the channel cannot be resumed`);
  await run.rest();
}

async function channel({ server, workspace }: ProviderRun, method: string, path: string): Promise<string | undefined> {
  const url = `${server.url}/api/v1/channels${path}`;
  const answer = await fetch(url, { method, headers: { "x-api-key": workspace.key } });
  const { data } = (await answer.json()) as { data: { state: string } | { state: string }[] };
  return [data].flat()[0]?.state;
}

function parked(database: string): number {
  return readLedger(database).sendings.filter(({ parked_on }) => parked_on !== null).length;
}
