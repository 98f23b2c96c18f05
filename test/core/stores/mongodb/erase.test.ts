import { test } from "tap";
import { onStage, organization, start, type Stage } from "../../../../core/contracts/suites/store-stage.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { freshStore, type OpenStore } from "./fresh-store.js";

const skip = withoutMongodb;

test("who is erased or removed while a call names them is left with nothing that goes on", { skip }, async (t) => {
  const store = await freshStore(t);
  await staged(store, async ({ plan, enrol }) => {
    const leave = [
      (id: string) => store.contacts.erase(organization, id, start),
      (id: string) => store.contacts.remove(organization, id, start),
    ];
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const emails = [`${index}@example.com`];
        const { contactId } = await enrol({ emails });
        // The same again, so that the call changes nothing of the contact.
        await Promise.all([store.executions.accept(plan({ emails })), leave[index % 2]?.(contactId)]);
      }),
    );
  });
  const people = new Set((await store.database.contacts.find().toArray()).map(({ _id }) => _id));
  const going = await store.database.sendings.find({ state: "open" }).toArray();
  t.same(
    going.filter(({ contactId }) => !people.has(contactId)),
    [],
  );
});

/** With the sequences of the stage. */
async function staged(store: OpenStore, body: (stage: Stage) => Promise<void>): Promise<void> {
  const run = onStage(
    (_, test) => test(),
    async () => ({ subject: store, close: async () => {} }),
    "erase",
  );
  await run("", body);
}
