import { test, type Test } from "tap";
import type { PersonOutcome } from "../../../core/contracts/accept.js";
import { kinds, kindsOfAStart, type StoreDump } from "../../../core/contracts/dump.js";
import type { Store } from "../../../core/contracts/store.js";
import { shop } from "../../../core/contracts/suites/store-inbox-stage.js";
import { moveStore, reopen, type Moving } from "../../../core/migrate/move.js";
import { all, day, done, minute, organization, start } from "../../../core/contracts/suites/store-stage.js";
import { furnish, stageOn } from "./furnished.js";
import { contents, during, type Home, type MakeHome } from "./stores.js";

type Options = { skip?: string | boolean };

/** What holds for a move of any store to any other. */
export function moveSuite(name: string, options: Options, makeSource: MakeHome, makeTarget: MakeHome): void {
  const it = (title: string, body: (t: Test, source: Home, target: Home) => Promise<void>) =>
    test(`${name}: ${title}`, options, async (t) => {
      const source = await makeSource(t);
      await during(source.store(), furnish);
      return body(t, source, await makeTarget(t));
    });

  it("everything arrives, is compared, and serves there only", async (t, source, target) => {
    const before = await during(source.dump(), contents);
    const compared = await moved(source, target);
    t.ok(compared?.every(({ equal, source: { count } }) => equal && count > 0));
    t.same(
      compared?.map(({ kind }) => kind),
      kinds,
    );
    t.same(await during(target.dump(), contents), before);
    await during(target.store(), async (store) => {
      const page = await store.contacts.list(organization, {}, all);
      t.ok(page.total > 5);
      t.ok((await store.executions.dueBy(Number.MAX_SAFE_INTEGER, 100)).length > 3);
      t.match(await store.executions.answered(organization, "order-1001"), { fingerprint: "one" });
    });
    await t.rejects(source.store(), { message: /Everything in .* was moved to .*, and its sendings go on there/ });
  });

  it("timelines tell the same in the same order", async (t, source, target) => {
    const told = (home: Home) =>
      during(home.store(), async (store) => {
        const { items } = await store.sendings.list(organization, {}, all, 0);
        const timelines = items.map(async ({ id }) => [id, await store.sendings.timeline(organization, id)] as const);
        return Object.fromEntries(await Promise.all(timelines));
      });
    const before = await told(source);
    t.ok(Object.values(before).some((timeline) => timeline.length > 5));
    await moved(source, target);
    t.same(await told(target), before);
  });

  it("calls that nobody has settled are settled there", async (t, source, target) => {
    await moved(source, target);
    await during(target.store(), async (store) => {
      const stale = await store.attempts.stale(Number.MAX_SAFE_INTEGER, 10);
      t.same(stale.map(({ sending }) => sending.state).sort(), ["cancelled", "open"]);
      for (const { sending, attemptId } of stale) {
        const outcome = { status: "accepted", reason: null, providerId: "late" } as const;
        await store.attempts.settle([{ sendingId: sending.id, attemptId, outcome, position: done, notes: [] }], start);
        const timeline = await store.sendings.timeline(organization, sending.id);
        t.match(
          timeline.find(({ kind }) => kind === "settled"),
          { attemptId, outcome: "accepted", providerId: "late" },
        );
        const state = sending.state === "open" ? "completed" : "cancelled";
        t.match(await store.sendings.get(organization, sending.id), { state, handedOver: 1 });
      }
      t.same(await store.attempts.stale(Number.MAX_SAFE_INTEGER, 10), []);
    });
  });

  it("events that wait are taken up there, and entities found by all their names", async (t, source, target) => {
    const names = ["order:1", "order:payment:abc", "booking:1", "booking:2"];
    const look = (store: Store) => Promise.all(names.map((name) => store.inbox.entity(organization, shop, name)));
    const before = await during(source.store(), look);
    t.ok(before.every((entity) => entity !== undefined));
    await moved(source, target);
    await during(target.store(), async (store) => {
      t.same(await look(store), before);
      const later = start + day;
      const claims = await store.inbox.claimDue(shop, later, later + minute, 100);
      t.equal(claims.length, 2);
      t.ok(claims.some(({ body }) => body.length === 256 && body.every((byte, index) => byte === index)));
      t.equal(await store.inbox.sourceState(organization, shop), "paused");
      t.equal((await store.inbox.ended(Number.MAX_SAFE_INTEGER, 10)).length, 1);
    });
  });

  it("an address that was to be left alone is left alone", async (t, source, target) => {
    await moved(source, target);
    await during(target.store(), async (store) => {
      const { plan } = await stageOn(store);
      const call = plan({ emails: ["gone@example.com", "erased@example.com", "else@example.com"], dryRun: true });
      const { body } = (await store.executions.accept(call)) as { body: string };
      const { outcomes } = JSON.parse(body) as { outcomes: PersonOutcome[] };
      t.same(
        outcomes.map(({ status }) => status),
        ["unsubscribed", "unsubscribed", "queued"],
      );
    });
  });

  it("ended at any page, it goes on there and doubles nothing", async (t, source, target) => {
    const before = await during(source.dump(), contents);
    let runs = 0;
    for (let done = false; !done; runs += 1) {
      // The second page of each run is lost before, the third after it was written.
      const compared = await moved(source, target, {
        limit: { records: 2, bytes: 2 ** 20 },
        wrap: failing(runs),
      }).catch((error: unknown) => {
        t.match(error, { message: "killed" });
        return undefined;
      });
      done = compared !== undefined;
      if (done) t.ok(compared?.every(({ equal }) => equal));
      else {
        await t.rejects(target.store(), { message: /holds a part of .* only/ });
        await t.rejects(source.store(), { message: /is being moved to .*: finish it with/ });
      }
    }
    t.ok(runs > 10, `${runs} runs`);
    t.same(await during(target.dump(), contents), before);
  });

  it("ended between the marks at its end, it only takes the last one away", async (t, source, target) => {
    const wrap = (dump: StoreDump): StoreDump => ({
      ...dump,
      mark: (direction, move) =>
        move === undefined ? Promise.reject(new Error("killed")) : dump.mark(direction, move),
    });
    await t.rejects(moved(source, target, { wrap }), { message: "killed" });
    await t.rejects(target.store(), { message: /holds a part of/ });
    await t.rejects(source.store(), { message: /was moved to/ });
    t.equal(await moved(source, target), undefined);
    await during(target.store(), async (store) => t.ok((await store.contacts.list(organization, {}, all)).total > 0));
    await t.rejects(moved(source, target), { name: "MoveRefused", message: /^Everything in .* was moved to/ });
  });

  it("a row that changes during the move is found, and neither store serves", async (t, source, target) => {
    let changed = false;
    const wrap = (dump: StoreDump): StoreDump => ({
      ...dump,
      async read(kind, after, limit) {
        const page = await dump.read(kind, after, limit);
        if (kind !== "contacts" || changed) return page;
        changed = true;
        return { ...page, records: page.records.map((record) => ({ ...record, updatedAt: 1 })) };
      },
    });
    await during(source.dump(), (one) =>
      during(target.dump(), async (other) => {
        const compared = await moveStore(parts({ source: wrap(one), target: other }));
        t.same(
          compared?.filter(({ equal }) => !equal).map(({ kind }) => kind),
          ["contacts"],
        );
        t.equal(compared?.[6]?.source.count, compared?.[6]?.target.count, "the checksum alone tells");
      }),
    );
    await t.rejects(target.store(), { message: /holds a part of/ });
    await t.rejects(source.store(), { message: /is being moved/ });
    const again = await moved(source, target, { again: true });
    t.ok(again?.every(({ equal }) => equal));
  });

  it("a target with data of its own is refused, and left as it is", async (t, source, target) => {
    await during(target.store(), (store) => store.channels.pause("email", "The key is refused", null, 1));
    await t.rejects(moved(source, target), {
      name: "MoveRefused",
      message: /has data of its own \(pausedChannels\)$/,
      hint: "Name a database that has nothing in it: a move joins nothing.",
    });
    await during(target.store(), async (store) => t.equal((await store.channels.get("email")).state, "paused"));
    await during(source.store(), async (store) => t.ok(await store.check().then(() => true)));
  });

  it("what a start has left in the target is replaced", async (t, source, target) => {
    await during(target.store(), async (store) => {
      await store.secret("other");
      await store.sequences.publish("elsewhere", [], 1);
    });
    const compared = await moved(source, target);
    t.ok(compared?.every(({ equal }) => equal));
    t.ok(kindsOfAStart.includes("secrets"));
    const secrets = await during(target.dump(), secretsOf);
    t.notOk("other" in secrets);
  });

  it("an unfinished move of another store is refused until it is thrown away", async (t, source, target) => {
    await t.rejects(moved(source, target, { wrap: failing(0), limit: { records: 1, bytes: 1 } }), {
      message: "killed",
    });
    await during(source.dump(), async (dump) => t.equal((await reopen(dump))?.finishedAt, null));
    await during(source.store(), (store) => store.secret("made meanwhile"));
    await t.rejects(moved(source, target), {
      name: "MoveRefused",
      message: /holds an unfinished move of .* not this one/,
    });
    const compared = await moved(source, target, { again: true });
    t.ok(compared?.every(({ equal }) => equal));
    await during(target.dump(), async (dump) => t.ok("made meanwhile" in (await secretsOf(dump))));
  });

  it("a part of a store cannot be moved on", async (t, source, target) => {
    await t.rejects(moved(source, target, { wrap: failing(0) }), { message: "killed" });
    const third = await makeTarget(t);
    await t.rejects(moved(target, third), { name: "MoveRefused", message: /holds a part of/ });
    await t.rejects(moved(third, source), { name: "MoveRefused", message: /is being moved to/ });
  });

  it("while somebody uses either store nothing is begun", async (t, source, target) => {
    const used = (dump: StoreDump): StoreDump => ({ ...dump, inUse: () => Promise.resolve("The node one is alive") });
    await t.rejects(moved(source, target, { wrap: used }), { name: "MoveRefused", message: "The node one is alive" });
    await during(source.store(), (store) => store.check());
    await during(target.store(), (store) => store.check());
  });

  it("a source that was moved serves again when a person says so", async (t, source, target) => {
    await moved(source, target);
    await during(source.dump(), async (dump) => {
      t.type((await reopen(dump))?.finishedAt, "number");
      t.equal(await reopen(dump), undefined);
    });
    await during(source.store(), (store) => store.check());
  });
}

interface Move extends Partial<Pick<Moving, "again" | "limit">> {
  /** Lies between the move and its target. */
  wrap?(dump: StoreDump): StoreDump;
}

function moved(source: Home, target: Home, { wrap = (dump) => dump, ...rest }: Move = {}) {
  return during(source.dump(), (one) =>
    during(target.dump(), (other) => moveStore(parts({ source: one, target: wrap(other), ...rest }))),
  );
}

let ids = 0;

function parts(given: Pick<Moving, "source" | "target"> & Partial<Moving>): Moving {
  return { again: false, now: () => Date.now(), newId: () => `move-${++ids}`, ...given };
}

/** Loses a page before it is written, or right after. */
function failing(run: number): (dump: StoreDump) => StoreDump {
  let pages = 0;
  return (dump) => ({
    ...dump,
    async write(kind, records, move) {
      pages += 1;
      if (pages === 3 && run % 2 === 0) throw new Error("killed");
      await dump.write(kind, records, move);
      if (pages === 3) throw new Error("killed");
    },
  });
}

async function secretsOf(dump: StoreDump): Promise<Record<string, Uint8Array>> {
  const { records } = await dump.read("secrets", null, { records: 100, bytes: 2 ** 20 });
  return Object.fromEntries(records.map(({ name, value }) => [name, value]));
}
