import { join } from "node:path";
import { test } from "tap";
import { suiteServers } from "../../../../core/cli/conformance/servers.js";
import { installedParts } from "../../../../core/cli/parts.js";
import { pipelineSuite, restartSuite } from "../../../../core/contracts/suites/pipeline.js";
import { serverConfig, temporaryFolder } from "../../cli/fake-shell.js";
import { keptLog } from "../../jobs/schedulers.js";

const inFile = (t: Parameters<typeof temporaryFolder>[0]) =>
  suiteServers(serverConfig({ sqlite: { file: join(temporaryFolder(t), "furrow.db") } }), installedParts, keptLog());
const inMemory = () => suiteServers(serverConfig({ sqlite: { file: ":memory:" } }), installedParts, keptLog());

test("file", async (t) => {
  pipelineSuite(
    (name, body) => t.test(name, body),
    () => inFile(t),
  );
  restartSuite(
    (name, body) => t.test(name, body),
    () => inFile(t),
  );
});

test("memory", async (t) => {
  pipelineSuite((name, body) => t.test(name, body), inMemory);
});
