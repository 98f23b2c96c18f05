import t from "tap";
import { verbs } from "../../../core/cli/verbs.js";
import { furrow } from "./fake-shell.js";

t.test("furrow, furrow help and furrow --help list every verb", async (t) => {
  for (const args of [[], ["help"], ["--help"], ["-h"]]) {
    const { code, out, err } = await furrow(args);
    t.equal(code, 0);
    t.equal(err, "");
    for (const verb of Object.keys(verbs)) t.match(out, new RegExp(`^  ${verb} +\\S`, "m"), verb);
  }
});

t.test("a verb's help names its actions and every option of them", async (t) => {
  for (const [name, read] of Object.entries(verbs)) {
    const { code, out } = await furrow([name, "--help"]);
    t.equal(code, 0);
    for (const [word, { options, summary }] of Object.entries((await read()).actions)) {
      t.match(out, summary);
      t.match(out, new RegExp(`^furrow ${name}.*${word}`, "m"));
      for (const option of [...Object.keys(options), "config", "json"]) t.match(out, `--${option}`);
    }
    t.equal((await furrow(["help", name])).out, out);
  }
});

t.test("the version is the package's, as text and as JSON", async (t) => {
  const { out } = await furrow(["--version"]);
  t.match(out, /^\d+\.\d+\.\d+\n$/);
  t.same(JSON.parse((await furrow(["--version", "--json"])).out), { version: out.trim() });
});
