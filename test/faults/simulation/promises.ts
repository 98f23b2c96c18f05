import type { Call } from "./people.js";
import type { Testimony } from "./testimony.js";

interface Answer {
  executionId: string | null;
  sendingsCreated: number;
  results: { email: string; contactId: string | null; sendingId?: string }[];
}

/** I1: all that an answer promised is there. I2: a call was carried out once, and one that was refused not at all. */
export function promiseViolations(testimony: Testimony): string[] {
  const { sendings, executions, journal } = testimony;
  const violations: string[] = [];
  const known = new Set(sendings.map(({ sending }) => sending.id));
  for (const { sendingId } of journal) {
    if (!known.has(sendingId))
      violations.push(`I1: a message of ${sendingId} went out, and the store does not know it`);
  }
  const pairs = new Set(sendings.map(({ sending }) => `${sending.executionId} ${sending.contactId}`));
  if (pairs.size !== sendings.length) violations.push("I2: a contact has two sendings in one execution");
  const made = new Map<unknown, Set<string>>();
  for (const { sending } of sendings) {
    const number = sending.context.call;
    made.set(number, (made.get(number) ?? new Set()).add(sending.executionId));
  }
  for (const call of testimony.calls) violations.push(...callViolations(call, made.get(call.number), testimony));
  const created = [...executions.values()].reduce((sum, { sendingsCreated }) => sum + sendingsCreated, 0);
  if (created !== sendings.length)
    violations.push(`I1: ${created} sendings were created, ${sendings.length} are there`);
  return violations;
}

function callViolations(call: Call, made: ReadonlySet<string> | undefined, testimony: Testimony): string[] {
  const name = `call ${call.number} (${call.sequence})`;
  const carriedOut = made?.size ?? 0;
  if (carriedOut > 1) return [`I2: ${name} was carried out ${carriedOut} times`];
  const [body, ...others] = call.bodies;
  const refused = call.refusals.find(({ tooLate }) => tooLate && call.key !== null);
  if (refused) return [`I2: ${name} had been carried out, and was refused as ${refused.code}`];
  if (body === undefined) return [];
  if (call.dryRun) return carriedOut > 0 ? [`I2: ${name} was a dry run and was carried out`] : [];
  if (others.some((other) => other !== body)) return [`I2: ${name} was answered in several ways`];
  return promised(name, (JSON.parse(body) as { data: Answer }).data, made, testimony);
}

function promised(
  name: string,
  { executionId, sendingsCreated, results }: Answer,
  made: ReadonlySet<string> | undefined,
  { executions, sendings, contacts }: Testimony,
): string[] {
  if (executionId === null || !made?.has(executionId))
    return [`I1: ${name} was answered, and its execution is not there`];
  if (executions.get(executionId)?.sendingsCreated !== sendingsCreated) return [`I1: ${name} has lost sendings`];
  return results.flatMap(({ email, contactId, sendingId }) => {
    const story = sendings.find(({ sending }) => sending.id === sendingId);
    const isThere =
      contacts.get(contactId ?? "")?.email === email &&
      (sendingId === undefined ||
        (story?.sending.executionId === executionId && story.sending.contactId === contactId));
    return isThere ? [] : [`I1: ${name} was answered, and what it promised ${email} is not there`];
  });
}
