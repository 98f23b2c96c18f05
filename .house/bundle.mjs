import { build } from "esbuild";
import { root } from "./root.mjs";

// As deep below the package as the modules that it is made of: what they find by their own place, they find from here.
export const bundled = `${root}/dist/core/bundled`;

/** Makes one program of the compiled sources and the packages they use: it starts in half the time of two thousand files. */
export async function bundle() {
  await build({
    entryPoints: {
      furrow: `${root}/dist/core/main.js`,
      // What package.json exports: one program with the rest, so that an error of a plugin is an error of ours.
      "plugin-api": `${root}/dist/core/contracts/index.js`,
      connectors: `${root}/dist/connectors/index.js`,
      testing: `${root}/dist/core/testing.js`,
      "render-worker": `${root}/dist/core/templates/render-worker.js`,
    },
    outdir: bundled,
    bundle: true,
    // What is loaded later stays apart, and what two entries use is there once.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    // They hold native parts, ask their modules for things that a bundle does not have, or look for packages that may be missing.
    external: ["better-sqlite3", "mongodb", "undici"],
    alias: { debug: `${root}/.house/no-debug.cjs` },
    // CommonJS packages ask for what ECMAScript modules have under other names.
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
}
