import t from "tap";
import { FakeChannel } from "../fakes/channel.js";
import { engineOf, organization } from "../core/pipeline/engine.js";
import { sequenceOf, step } from "../core/pipeline/sequence.js";

// Found by test/core/pipeline/model with the acts: execute "news", rejected, opt out, retry.
t.test("who opted out after a marketing mail had failed gets none by a retry", async (t) => {
  const channel = new FakeChannel(() => ({ status: "rejected", reason: "no such mailbox" }));
  const engine = await engineOf(t, sequenceOf([step.email("hello")], { purpose: "marketing" }), { channel });
  const { results } = await engine.call(["ann@acme.example"]);
  const { sendingId, contactId } = results[0]!;
  await engine.scheduler.ringDue();
  t.equal((await engine.sending(sendingId)).state, "failed");

  await engine.file.contacts.optOut(organization, contactId, engine.clock.now());
  t.match(await engine.sending(sendingId), { state: "cancelled", reason: "opted_out" });
  for (const way of ["retry", "skip"] as const)
    await t.rejects(engine.intervene[way](organization, sendingId), { code: "CONFLICT" });
  await engine.scheduler.ringDue();
  t.equal(channel.messages.length, 1);
});

t.test("a transactional mail that had failed may be tried again all the same", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello")]));
  engine.channel.answer = () => ({ status: "rejected", reason: "no such mailbox" });
  const { sendingId, contactId } = (await engine.call(["ann@acme.example"])).results[0]!;
  await engine.scheduler.ringDue();
  await engine.file.contacts.optOut(organization, contactId, engine.clock.now());
  await engine.intervene.retry(organization, sendingId);
  await engine.scheduler.ringDue();
  t.equal(engine.channel.messages.length, 2);
});
