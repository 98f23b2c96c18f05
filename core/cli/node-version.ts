const OLDEST = { major: 22, minor: 19 };

/** Why Furrow cannot run on this version (as in `process.versions.node`): a sentence and a hint; `undefined` when it can. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return undefined;
  return [
    `Furrow needs Node.js ${OLDEST.major}.${OLDEST.minor} or newer, and this is ${version}.`,
    "In a clone `npx furrow` runs on the Node.js that came with `npm ci`; elsewhere install Node.js 24.",
  ].join("\n");
}
