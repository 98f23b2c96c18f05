import BetterSqlite from "better-sqlite3";

// Run as a child process: holds the database that its argument names, as a backup would, until its parent says a word.
const [file = ""] = process.argv.slice(2);
const database = new BetterSqlite(file, { timeout: 5_000 });
database.exec("BEGIN EXCLUSIVE");
process.once("message", () => {
  database.close();
  process.disconnect();
});
process.send?.("held");
