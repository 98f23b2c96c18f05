import { existsSync, readFileSync } from "node:fs";
import { test } from "tap";
import { captured } from "../../../../core/contracts/suites/store-erase.js";
import {
  accepted,
  onStage,
  organization,
  position,
  start,
  type Stage,
} from "../../../../core/contracts/suites/store-stage.js";
import { newFile, openStore, type Ends } from "./files.js";

test("an erased address is nowhere in the file or its log", async (t) => {
  await stand(t, async (stage, file) => {
    const { store, enrol } = stage;
    const others = Array.from({ length: 99 }, (_, index) => `person${index}@example.com`);
    const { contactId } = await enrol({ emails: ["ada.lovelace@example.com", ...others], key: "k" });
    await enrol({
      emails: ["ada.lovelace@example.com"],
      context: { who: "ada.lovelace" },
      fields: { firstName: "ada.lovelace" },
    });
    await live(stage, contactId);
    t.ok(inFiles(file, "ada.lovelace"), "it was there");
    t.ok(await store.contacts.erase(organization, contactId, start));
    t.notOk(inFiles(file, "ada.lovelace"));
    t.ok(inFiles(file, "person7@example.com"));
  });
});

test("erased addresses are gone although rows have moved between pages", async (t) => {
  await stand(t, async ({ store, enrol }, file) => {
    const shuffled = Array.from(
      { length: 2_000 },
      (_, index) => `${String((index * 7_919) % 2_000).padStart(4, "0")}.nobody@example.com`,
    );
    const contacts: string[] = [];
    for (let from = 0; from < shuffled.length; from += 100) {
      const { people } = await enrol({ emails: shuffled.slice(from, from + 100), key: `k${from}` });
      contacts.push(...people.map(({ contactId }) => contactId ?? ""));
    }
    for (const [index, id] of contacts.entries()) {
      if (index % 3 === 0) await store.contacts.patch(organization, id, { firstName: "x".repeat(index % 90) }, start);
    }
    const erased = contacts.filter((_, index) => index % 100 === 0);
    for (const id of erased) await store.contacts.erase(organization, id, start);
    const left = shuffled.filter((email, index) => index % 100 === 0 && inFiles(file, email));
    t.same(left, []);
    t.equal(erased.length, 20);
  });
});

test("an address that was forgotten is nowhere in the file or its log", async (t) => {
  await stand(t, async (stage, file) => {
    const { inbox } = stage.store;
    const email = "ada.lovelace@example.com";
    const body = new TextEncoder().encode(JSON.stringify({ email: email.toUpperCase(), note: "x".repeat(20_000) }));
    const home = { organization, source: "shop", type: "orders/paid", occurredAt: null, receivedAt: start };
    const event = { ...home, headers: { from: email }, query: `email=${email}`, body, replayOf: null, dueAt: start };
    await inbox.accept(["1", "2"].map((id) => ({ ...event, id, deliveryId: id })));
    await inbox.claimDue("shop", start, start + 1, 9);
    const update = {
      kind: "order",
      key: "order:1",
      aliases: [],
      replaces: null,
      status: "paid",
      data: { email },
    } as const;
    const entity = { ...update, startsAt: null, endsAt: null, version: null, endedDelay: null };
    const nothing = {
      lease: start + 1,
      status: "processed",
      reason: null,
      plans: [],
      cancels: [],
      retryAt: null,
      wholeRefundId: "whole",
    } as const;
    const one = { ...nothing, eventId: "1", notes: [email], commands: [{ email }], entity, redact: [] };
    await inbox.settle(one, start);
    t.ok(inFiles(file, "ada.lovelace"), "it was there");
    await inbox.settle({ ...one, eventId: "2", redact: [email] }, start);
    for (const spelled of ["ada.lovelace", "ADA.LOVELACE"]) t.notOk(inFiles(file, spelled));
    t.ok(await inbox.get(organization, "1"));
  });
});

/** One message to the contact, with its address wherever one can be. */
async function live({ store, claim, call, settle }: Stage, contactId: string): Promise<void> {
  const { items } = await store.sendings.list(organization, { contactId }, { page: 1, limit: 1 }, start);
  const claims = await claim(items[0]?.executionId ?? "");
  for (const one of claims.filter(({ contact }) => contact.id === contactId)) {
    await call(one);
    await store.outbox.capture(
      captured({ sendingId: one.sending.id, to: one.contact.email, text: `Hello ${one.contact.email}` }),
    );
    const note = { kind: "skipped", stepId: null, reason: "when", note: `${one.contact.email} is no friend` } as const;
    await settle(one, {
      outcome: { ...accepted, reason: one.contact.email },
      position: position({ stepIndex: 1 }),
      notes: [note],
    });
  }
}

async function stand(t: Ends, body: (stage: Stage, file: string) => Promise<void>): Promise<void> {
  const file = await newFile(t);
  const store = await openStore(t, { file });
  const run = onStage(
    (_, test) => test(),
    async () => ({ subject: store, close: async () => {} }),
    "erase",
  );
  await run("", (stage) => body(stage, file));
}

function inFiles(file: string, text: string): boolean {
  return [file, `${file}-wal`].some((one) => existsSync(one) && readFileSync(one).includes(text));
}
