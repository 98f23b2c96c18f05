import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { version } from "../../../core/cli/version.js";
import { furrow, temporaryFolder } from "./fake-shell.js";

const files = [
  "README.md",
  "connector.js",
  "index.js",
  "options.js",
  "package.json",
  "plugin.test.js",
  "recorded/order-paid.json",
];

t.test("a folder of the plugin's name gets everything, under that name", async (t) => {
  const cwd = temporaryFolder(t);
  const { code, out, err } = await furrow(["plugin", "create", "corner-shop"], {}, { cwd });
  t.equal(code, 0);
  t.equal(out, `Made furrow-plugin-corner-shop in corner-shop: ${files.join(", ")}.\n`);
  t.match(err, "npm test");
  const read = (file: string) => readFileSync(join(cwd, "corner-shop", file), "utf8");
  t.match(JSON.parse(read("package.json")), {
    name: "furrow-plugin-corner-shop",
    type: "module",
    peerDependencies: { furrow: `^${version()}` },
  });
  t.match(read("index.js"), 'name: "corner-shop"');
  t.match(read("connector.js"), '"x-corner-shop-signature"');
  t.match(read("README.md"), "${CORNER_SHOP_SECRET}");
  for (const file of files) t.notMatch(read(file), /acme/i, file);
});

t.test("a scope and a folder of its own; the prefix is not said twice; one JSON document", async (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, "empty"));
  const args = ["plugin", "create", "@you/furrow-plugin-shop", "--folder", "empty", "--json"];
  const { code, out, err } = await furrow(args, {}, { cwd });
  t.equal(code, 0);
  t.equal(err, "");
  t.same(JSON.parse(out), { name: "shop", package: "@you/furrow-plugin-shop", folder: join(cwd, "empty"), files });
  t.match(JSON.parse(readFileSync(join(cwd, "empty", "package.json"), "utf8")), { name: "@you/furrow-plugin-shop" });
  t.match(readFileSync(join(cwd, "empty", "README.md"), "utf8"), "use: npm:@you/furrow-plugin-shop");
});

t.test("a folder that holds anything is left as it is", async (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, "acme"));
  writeFileSync(join(cwd, "acme", ".keep"), "");
  t.same(await furrow(["plugin", "create", "acme"], {}, { cwd }), {
    code: 1,
    out: "",
    err: "The folder acme is not empty.\nName another one with --folder DIR.\n",
  });
  t.same(readdirSync(join(cwd, "acme")), [".keep"]);
  t.match(await furrow(["plugin", "create", "acme", "--folder", "."], {}, { cwd }), {
    code: 1,
    err: "The folder . is not empty.",
  });
});

t.test("a place where no folder can be is named, with why", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "file"), "");
  t.same(await furrow(["plugin", "create", "acme", "--folder", "file/acme"], {}, { cwd }), {
    code: 1,
    out: "",
    err: "The plugin cannot be written to file/acme (ENOTDIR).\nName another folder with --folder DIR.\n",
  });
});
