import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { installedParts } from "../../core/cli/parts.js";

const file = fileURLToPath(new URL("../../../config/cluster.yaml", import.meta.url));
const url = "mongodb://one,two,three/furrow?replicaSet=rs0";

test("the example of a cluster can be read with nothing but the address of the database", async (t) => {
  const reading = await installedParts.readServerConfig(file, { MONGODB_URL: url });
  if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
  const { config } = reading;
  t.match(config, { mode: "cluster", mongodb: { url }, node: { name: null, lease: 30_000 } });
  t.match(config, { http: { listen: { host: "0.0.0.0", port: 3000 }, publicUrl: /^https:/ }, language: "en" });
  t.ok("project" in (await installedParts.readProject(config, {})));
});

test("without the address it says which one is missing", async (t) => {
  const reading = await installedParts.readServerConfig(file, {});
  t.match(reading, { problems: [{ message: /MONGODB_URL/ }] });
});

test("it shows every key that a server config may have", async (t) => {
  const text = readFileSync(file, "utf8");
  const reading = await installedParts.readServerConfig(file, { MONGODB_URL: url });
  if (!("config" in reading)) throw new Error("It cannot be read");
  const { file: _itself, ...config } = reading.config;
  for (const [key, value] of Object.entries(config)) {
    t.match(text, new RegExp(`^${key}:`, "m"), key);
    if (typeof value !== "object" || key === "vars" || key === "channels") continue;
    for (const inner of Object.keys(value)) t.match(text, new RegExp(`^ +(# )?${inner}:`, "m"), `${key}.${inner}`);
  }
});
