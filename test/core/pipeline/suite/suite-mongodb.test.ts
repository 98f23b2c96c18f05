import { test } from "tap";
import { clusterGround } from "../../../../core/cli/conformance/cluster-ground.js";
import { installedParts } from "../../../../core/cli/parts.js";
import type { ClusterConfig } from "../../../../core/config/server-config.js";
import { clusterSuite, pipelineSuite, restartSuite } from "../../../../core/contracts/suites/pipeline.js";
import { freshDatabase, withoutMongodb } from "../../../mongod/mongodb.js";
import { serverConfig } from "../../cli/fake-shell.js";

test("MongoDB", { skip: withoutMongodb, timeout: 240_000 }, async (t) => {
  const { sqlite: _file, ...rest } = serverConfig();
  const config: ClusterConfig = { ...rest, mode: "cluster", mongodb: { url: freshDatabase() } };
  const ground = await clusterGround(config, "suite", installedParts);
  t.teardown(() => ground.remove());
  for (const suite of [pipelineSuite, restartSuite, clusterSuite])
    suite(
      (name, body) => t.test(name, body),
      () => ground.servers(),
    );
});
