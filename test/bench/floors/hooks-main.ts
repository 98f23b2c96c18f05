/** `hooks-main.js FILE`: the plainest door of a shop's webhooks: hapi, the signature, and a durable insert of its own for each request. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { server as hapi } from "@hapi/hapi";
import BetterSqlite from "better-sqlite3";
import { secret } from "../shop.js";

const database = new BetterSqlite(process.argv[2]);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(
  "CREATE TABLE events (id TEXT PRIMARY KEY, topic TEXT NOT NULL, body BLOB NOT NULL, at INTEGER NOT NULL)",
);
const insert = database.prepare("INSERT INTO events (id, topic, body, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");

const server = hapi({ host: "127.0.0.1", port: 0 });
server.route({
  method: "POST",
  path: "/webhooks/shop",
  options: { payload: { parse: false, output: "data" } },
  handler({ headers, payload }, h) {
    const body = payload as Buffer;
    const expected = createHmac("sha256", secret).update(body).digest();
    const given = Buffer.from(String(headers["x-shopify-hmac-sha256"]), "base64");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return h.response().code(401);
    insert.run(String(headers["x-shopify-event-id"]), String(headers["x-shopify-topic"]), body, Date.now());
    return { received: true };
  },
});
await server.start();
console.log(server.info.uri);
