import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { filesBelow, pinnedNode, root, sourceFolders } from "./root.mjs";
import { run } from "./run.mjs";

const mark = `${root}/dist/.built-from`;

/** Whether dist was made from the sources as they are now, by their names, sizes and times. */
export function isBuilt() {
  return existsSync(mark) && readFileSync(mark, "utf8") === fingerprint();
}

/** Compiles everything to dist, and makes one program of it. What the compiler does not accept leaves dist as it was. */
export async function build() {
  const before = fingerprint();
  await compile("tsconfig.json");
  removeLeftovers();
  // Only now: before the first install its package is not there.
  const { bundle } = await import("./bundle.mjs");
  await bundle();
  // The types of what package.json exports.
  await compile(".house/declarations.json");
  // Taken before compiling: a file saved meanwhile must lead to another build.
  writeFileSync(mark, before);
}

async function compile(project) {
  const { code } = await run(pinnedNode, ["node_modules/typescript/bin/tsc", "--pretty", "false", "-p", project]);
  if (code !== 0) throw new Error("the sources do not compile; the compiler's messages are above");
}

function fingerprint() {
  const files = [
    ".house/build.mjs",
    ".house/bundle.mjs",
    ".house/declarations.json",
    ".house/no-debug.cjs",
    "tsconfig.json",
    "package-lock.json",
    ...sourceFolders.flatMap(filesBelow).filter((file) => /\.(ts|json)$/.test(file)),
  ];
  return files
    .map((file) => {
      const { mtimeMs, size } = statSync(`${root}/${file}`);
      return `${file} ${mtimeMs} ${size}\n`;
    })
    .join("");
}

// The compiler never deletes: without this a test whose source is gone would still run.
function removeLeftovers() {
  for (const file of sourceFolders.flatMap((folder) => filesBelow(`dist/${folder}`))) {
    const source = file.replace(/^dist\//, "").replace(/\.(js(\.map)?|d\.ts)$/, ".ts");
    if (!existsSync(`${root}/${source}`)) rmSync(`${root}/${file}`);
  }
}
