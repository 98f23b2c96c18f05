import { MongoBulkWriteError, type WriteConcernError } from "mongodb";
import { test } from "tap";
import { StoreUnavailable } from "../../../../core/contracts/errors.js";
import type { NewEvent } from "../../../../core/contracts/inbox.js";
import type { Addresses } from "../../../../core/stores/mongodb/addresses.js";
import type { Database } from "../../../../core/stores/mongodb/database.js";
import { eventKeeper } from "../../../../core/stores/mongodb/inbox-accept.js";

const event: NewEvent = {
  ...{ id: "1", organization: "acme", source: "shop", deliveryId: "one", type: "ping", query: "", replayOf: null },
  ...{ occurredAt: null, receivedAt: 1, dueAt: 1, headers: {}, body: new Uint8Array() },
};

/** Keeps the event in a database that answers an insert with these errors. */
async function kept(code: number | undefined, writeConcernError?: object): Promise<boolean[]> {
  const writeErrors = (code === undefined ? [] : [{ index: 0, code }]) as never;
  const result = { getWriteConcernError: () => writeConcernError as WriteConcernError | undefined };
  const cause = new MongoBulkWriteError({ message: "no", code: code ?? 64, writeErrors }, result as never);
  const inbox = { insertMany: () => Promise.reject(cause) };
  return eventKeeper({ inbox } as unknown as Database, { hash: () => "" } as unknown as Addresses)([event]);
}

test("a delivery that is there is known only when it cannot be lost any more", async (t) => {
  t.same(await kept(11_000), [false]);
  await t.rejects(kept(11_000, { code: 64 }), new StoreUnavailable("MongoDB has not kept the events safely in time"));
  await t.rejects(kept(undefined, { code: 64 }), StoreUnavailable);
});

test("an insert that fails for another reason is no delivery that is there", async (t) => {
  await t.rejects(kept(10_334), { code: 10_334 });
});

test("of no events nothing is kept", async (t) => {
  t.same(await eventKeeper({} as Database, {} as Addresses)([]), []);
});
