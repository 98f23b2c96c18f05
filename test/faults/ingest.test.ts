import { test } from "tap";
import { apart } from "./apart.js";
import type { IngestReport } from "./ingest.js";

test("a few kills while three platforms send their webhooks", async (t) => {
  const report = await apart<IngestReport>("ingest", { size: 4, seed: 1 });
  t.same(report.violations, []);
  const { tries, deliveries, events, sendings, messages } = report;
  t.ok(tries > deliveries && deliveries >= events && events > 20, "they sent again what was not answered");
  t.ok(sendings > 10 && messages > 10, "what they sent has started something");
});
