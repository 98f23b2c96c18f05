/** `accept-main.js FILE`: the plainest server that may call itself one: hapi, Joi, and a durable transaction of its own for each call. */
import BetterSqlite from "better-sqlite3";
import { acceptCall } from "./accepting.js";
import { serveFront, type Person } from "./front.js";
import { tables } from "./tables.js";

const database = new BetterSqlite(process.argv[2]);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(tables);

const statements = new Map<string, BetterSqlite.Statement>();
const accept = database.transaction((people: Person[]) => acceptCall(prepared, people));
await serveFront((people) => accept(people));

function prepared(sql: string): BetterSqlite.Statement {
  let statement = statements.get(sql);
  if (!statement) statements.set(sql, (statement = database.prepare(sql)));
  return statement;
}
