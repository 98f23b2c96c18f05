import { test } from "tap";
import { Refusal, StoreDamaged, StoreUnavailable } from "../../../core/contracts/errors.js";
import type { Store } from "../../../core/contracts/store.js";
import { createHttpServer } from "../../../core/http/server.js";
import { KEY, keptLog, keysOf, only, partsOf } from "./parts.js";

const headers = { "x-api-key": KEY, "x-request-id": "req-1" };

/** A server whose list of contacts throws `fault`, which a defect could make anything. */
async function failing(fault: unknown) {
  const log = keptLog();
  const contacts = only<Store["contacts"]>("contacts", {
    async list() {
      throw fault;
    },
  });
  const server = await createHttpServer(partsOf({ log, store: { contacts } }));
  return { log, get: () => server.inject({ url: "/api/v1/contacts", headers }) };
}

test("contract §2: a store that is away or busy is 503 with Retry-After", async (t) => {
  const { get, log } = await failing(new StoreUnavailable("The store cannot be used now (SQLITE_BUSY)"));
  const answer = await get();
  t.match(answer, {
    statusCode: 503,
    headers: { "retry-after": /^\d+$/, "x-request-id": "req-1" },
    result: { error: { code: "SERVICE_UNAVAILABLE" } },
  });
  t.notMatch(answer.payload, /SQLITE/);
  t.match(log.lines, [{ level: "warn", status: 503, requestId: "req-1", error: StoreUnavailable }]);
  t.equal(log.lines.length, 1);
});

test("a store that is damaged is 503, and an error in the log that says what to do", async (t) => {
  const { get, log } = await failing(new StoreDamaged("The database is damaged: put a backup in its place"));
  t.match(await get(), { statusCode: 503, result: { error: { code: "SERVICE_UNAVAILABLE" } } });
  t.match(log.lines, [{ level: "error", error: { message: /put a backup in its place/ } }]);
});

test("a sequence that cannot be started without an entity is 422", async (t) => {
  const { get } = await failing(new Refusal("ENTITY_REQUIRED", "The sequence waits for an order or a booking"));
  t.match(await get(), { statusCode: 422, result: { error: { code: "ENTITY_REQUIRED" } } });
});

test("contract §2: a store that cannot find keys is 503 too", async (t) => {
  const keys = { ...keysOf(), find: () => Promise.reject(new StoreUnavailable("away")) };
  const { inject } = await createHttpServer(partsOf({ store: { keys } }));
  t.equal((await inject({ url: "/api/v1/contacts", headers })).statusCode, 503);
});

test("contract §2: our fault is 500 with the request id, without a stack, and logged once", async (t) => {
  const faults = [
    new Error("secret detail"),
    new TypeError("secret detail"),
    "secret detail",
    undefined,
    Object.assign(new Error("secret detail"), { statusCode: 404 }),
  ];
  for (const fault of faults) {
    const { get, log } = await failing(fault);
    const answer = await get();
    t.equal(answer.statusCode, 500);
    t.same(answer.result, {
      error: {
        code: "INTERNAL_ERROR",
        message: "Something went wrong here; the request id finds it in the log",
        details: { requestId: "req-1" },
      },
    });
    t.notMatch(answer.payload, /secret|stack|\.ts/);
    t.match(log.lines, [{ level: "error", status: 500, requestId: "req-1", code: "INTERNAL_ERROR", error: Error }]);
    t.equal(log.lines.length, 1);
  }
});

test("contract §2: the answers of refusals that are no fault are no errors in the log", async (t) => {
  const log = keptLog();
  const { inject } = await createHttpServer(partsOf({ log }));
  await inject({ url: "/api/v1/contacts", headers: { "x-request-id": "req-1" } });
  t.match(log.lines, [
    {
      level: "info",
      status: 401,
      code: "MISSING_API_KEY",
      requestId: "req-1",
      method: "GET",
      route: "/api/v1/contacts",
    },
  ]);
});

test("health: live while it answers, ready while it can work", async (t) => {
  const health = async (given: Parameters<typeof partsOf>[0], path: string) => {
    const { inject } = await createHttpServer(partsOf(given));
    const { statusCode, result, headers } = await inject(`/health/${path}`);
    return { statusCode, result, retry: headers["retry-after"] };
  };
  const away = { check: () => Promise.reject(new StoreUnavailable("away")) };
  const stopping = { ready: () => false };
  t.match(await health({}, "ready"), { statusCode: 200, result: { data: { status: "ready" } } });
  t.match(await health({ store: away }, "ready"), {
    statusCode: 503,
    result: { error: { code: "SERVICE_UNAVAILABLE" } },
    retry: "1",
  });
  t.match(await health(stopping, "ready"), { statusCode: 503 });
  for (const given of [{}, { store: away }, stopping]) {
    t.match(await health(given, "live"), { statusCode: 200, result: { data: { status: "live" } } });
  }
});

test("health: a server that stops is not ready", async (t) => {
  const server = await createHttpServer(partsOf());
  await server.start();
  await server.stop(1_000);
  t.equal((await server.inject("/health/ready")).statusCode, 503);
});

test("browsers are told to use https when that is the public address", async (t) => {
  const header = async (publicUrl: string) =>
    (await (await createHttpServer(partsOf({ publicUrl }))).inject("/health/live")).headers[
      "strict-transport-security"
    ];
  t.match(await header("https://furrow.example"), /max-age/);
  t.equal(await header("http://localhost:3000"), undefined);
});
