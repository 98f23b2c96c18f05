/** One instruction of a Dockerfile: comments are left out, lines that go on are joined. */
export interface Instruction {
  word: string;
  text: string;
}

export interface Stage {
  base: string;
  name: string | undefined;
  instructions: Instruction[];
}

export function instructionsOf(dockerfile: string): Instruction[] {
  return dockerfile
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, word = "", text = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return { word, text };
    });
}

export function stagesOf(dockerfile: string): Stage[] {
  const stages: Stage[] = [];
  for (const { word, text } of instructionsOf(dockerfile)) {
    const [base = "", as, name] = text.split(" ");
    if (word === "FROM") stages.push({ base, name: as === "AS" ? name : undefined, instructions: [] });
    else stages.at(-1)?.instructions.push({ word, text });
  }
  return stages;
}

/** What a COPY takes, and from which stage; `undefined`: from the build context. */
export function copyOf(text: string): { from: string | undefined; sources: string[]; target: string } {
  const words = text.split(" ");
  const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((word) => !word.startsWith("--"));
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? "" };
}

/** Whether a file of the top folder is in the build context: the last line of the .dockerignore that fits decides. */
export function isInContext(path: string, ignoring: string): boolean {
  let isIn = true;
  for (const line of ignoring.split("\n").filter((text) => text !== "" && !text.startsWith("#"))) {
    const pattern = line.replace(/^!/, "").replace(/\/$/, "");
    const fits = pattern === "*" || path === pattern || path.startsWith(`${pattern}/`) || fitsAnywhere(path, pattern);
    if (fits) isIn = line.startsWith("!");
  }
  return isIn;
}

function fitsAnywhere(path: string, pattern: string): boolean {
  const ending = /^\*\*\/\*(\.\w+)$/.exec(pattern)?.[1];
  return ending !== undefined && path.endsWith(ending);
}
