import BetterSqlite from "better-sqlite3";

// Run as a child process: holds the database that its argument names for as many milliseconds as the second says, as a backup would.
const [file = "", milliseconds = "0"] = process.argv.slice(2);
const database = new BetterSqlite(file, { timeout: 5_000 });
database.exec("BEGIN EXCLUSIVE");
process.send?.("held");
setTimeout(() => database.close(), Number(milliseconds));
