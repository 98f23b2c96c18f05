import { join } from "node:path";
import { nearest } from "../contracts/nearest.js";
import { problemAt, shownPath, type Problem } from "./problem.js";
import { namesIn } from "./source-files.js";

const FILES = ["locations.yaml", "employees.yaml"];
const FOLDERS = ["sequences", "sources", "templates"];
const PLANNED = ["surveys"];
const YAML = /\.ya?ml$/;

/** YAML files that nobody would read, and folders whose name looks misspelt. What else lies in a project is left alone. */
export async function strayFiles(project: string): Promise<Problem[]> {
  const { files, folders } = await namesIn(project);
  const planned = await Promise.all(
    folders.filter((name) => PLANNED.includes(name)).map((name) => plannedFiles(project, name)),
  );
  return [
    ...files.filter((name) => FOLDERS.includes(name)).map((name) => notAFolder(project, name)),
    ...files
      .filter((name) => YAML.test(name) && !FILES.includes(name))
      .map((name) => stray(project, name, FILES, "file")),
    ...folders
      .filter((name) => ![...FOLDERS, ...PLANNED].includes(name) && nearest(name, FOLDERS) !== undefined)
      .map((name) => stray(project, name, FOLDERS, "folder")),
    ...planned.flat(),
  ];
}

async function plannedFiles(project: string, folder: string): Promise<Problem[]> {
  const { files } = await namesIn(join(project, folder));
  const read = files.filter((name) => YAML.test(name));
  return read.map((name) =>
    at(
      join(project, folder, name),
      "not-built",
      `\`${folder}\` are not built yet`,
      "Move this file out of the project",
    ),
  );
}

function stray(project: string, name: string, known: readonly string[], what: string): Problem {
  const near = nearest(name, known);
  const hint = near === undefined ? `A project has ${[...FILES, ...FOLDERS].join(", ")}` : `Did you mean ${near}?`;
  return at(join(project, name), "file-unknown", `Nothing reads this ${what}`, hint);
}

function notAFolder(project: string, name: string): Problem {
  return at(join(project, name), "file-unknown", `\`${name}\` must be a folder`, "Put its files into it");
}

function at(path: string, rule: string, message: string, hint: string): Problem {
  return problemAt(shownPath(path), { line: 1, column: 1 }, rule, message, hint);
}
