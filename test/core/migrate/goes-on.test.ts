import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { suiteServers } from "../../../core/cli/conformance/servers.js";
import { installedParts } from "../../../core/cli/parts.js";
import type { ClusterConfig } from "../../../core/config/server-config.js";
import { caller } from "../../../core/contracts/suites/pipeline-parts.js";
import { dropDatabase, freshDatabase, withoutMongodb } from "../../mongod/mongodb.js";
import { furrow, serverConfig, temporaryFolder } from "../cli/fake-shell.js";
import { keptLog } from "../jobs/schedulers.js";

test("what runs in a file goes on in a cluster where it was, and back", { skip: withoutMongodb }, async (t) => {
  const [cwd, url] = [temporaryFolder(t), freshDatabase()];
  t.teardown(() => dropDatabase(url));
  const { sqlite: _file, ...rest } = serverConfig();
  const cluster: ClusterConfig = { ...rest, mode: "cluster", mongodb: { url } };
  writeFileSync(join(cwd, "file.yaml"), "sqlite: { file: ./furrow.db }\n");
  writeFileSync(join(cwd, "cluster.yaml"), `mode: cluster\nmongodb: { url: "${url}" }\n`);
  const during = async <T>(
    config: Parameters<typeof suiteServers>[0],
    work: (at: ReturnType<typeof caller>) => Promise<T>,
  ) => {
    const { subject, close } = await suiteServers(config, installedParts, keptLog());
    try {
      return await work(caller(await subject.start()));
    } finally {
      await close();
    }
  };
  const inFile = (file: string) => serverConfig({ sqlite: { file: join(cwd, file) } });

  const started = await during(inFile("furrow.db"), async (at) => {
    const started = await at.execute("follow", ["ada@example.com"], "order-1001");
    await at.execute("later", ["grace@example.com"]);
    await at.mailed("ada@example.com", 1);
    await at.api("PUT", "/sources/leads/pause");
    t.equal(await at.lead({ id: "1", email: "lead@example.com" }), 200);
    return started;
  });
  t.equal((await furrow(["migrate", "store", "--config", "file.yaml", "--to", url], installedParts, { cwd })).code, 0);

  await during(cluster, async (at) => {
    t.same(await at.execute("follow", ["ada@example.com"], "order-1001"), started, "a repeated call does nothing");
    const mails = await at.mailed("ada@example.com", 2);
    t.same(
      mails.map(({ subject }) => subject),
      ["First", "Second"],
    );
    t.equal(await at.lead({ id: "1", email: "lead@example.com" }), 200);
    await at.mailed("lead@example.com", 0);
  });
  const back = ["migrate", "store", "--config", "cluster.yaml", "--to", "back.db"];
  t.equal((await furrow(back, installedParts, { cwd })).code, 0);

  await during(inFile("back.db"), async (at) => {
    await at.api("PUT", "/sources/leads/resume");
    await at.mailed("lead@example.com", 1);
    await at.mailed("ada@example.com", 2);
    const { data } = await at.api("GET", "/sendings?status=scheduled");
    t.equal(data["length"], 1, "who waits for longer waits on");
  });
});
