import { join } from "node:path";
import type { Directory } from "../contracts/directory.js";
import type { Employee, Location } from "../contracts/model.js";
import type { LoadedSource } from "../contracts/source.js";
import type { StepType } from "../contracts/step.js";
import type { PublishedSequence } from "../contracts/store.js";
import { stepExpressions } from "../expressions/expressions.js";
import { readPlaces } from "./places.js";
import { inOrder, problemAt, type Problem } from "./problem.js";
import { strayFiles } from "./project-folder.js";
import { readSequence, type ReadSequence } from "./sequence-file.js";
import type { SequenceReading } from "./sequence-steps.js";
import type { ProjectConfig } from "./server-config.js";
import { readSources, type SourceReading } from "./sources.js";
import { namesIn, readSource } from "./source-files.js";
import { readTemplates } from "./template-files.js";

/** What the product does, as its files say it. */
export interface Project {
  /** By key. */
  sequences: PublishedSequence[];
  locations: Location[];
  employees: Employee[];
  directory: Directory;
  /** By name. */
  sources: LoadedSource[];
}

/**
 * Reads the project files whole, the steps by their types and the sources by their plugins; or says everything that is wrong in any of
 * them.
 */
export async function readProject(
  config: ProjectConfig,
  stepTypes: ReadonlyMap<string, StepType>,
  reading: SourceReading,
): Promise<{ project: Project } | { problems: Problem[] }> {
  const { project: folder, organization, language } = config;
  const stray = await strayFiles(folder);
  const places = await readPlaces(folder, organization);
  const { templates, problems: templateProblems } = await readTemplates(folder);
  const vars = Object.keys(config.vars);
  const {
    sequences,
    keys,
    problems: sequenceProblems,
  } = await readSequences(folder, {
    organization,
    stepTypes,
    expressions: stepExpressions(vars),
    templates,
    language,
    vars,
  });
  const { sources, problems: sourceProblems } = await readSources(config, reading, {
    sequences: keys,
    ...places.named,
  });
  const problems = [...stray, ...places.problems, ...templateProblems, ...sequenceProblems, ...sourceProblems];
  if (problems.length > 0) return { problems: inOrder(problems) };
  const { locations, employees } = places;
  return { project: { sequences, locations, employees, directory: directoryOf(locations, employees), sources } };
}

async function readSequences(
  project: string,
  reading: SequenceReading,
): Promise<{ sequences: PublishedSequence[]; keys: string[]; problems: Problem[] }> {
  const folder = join(project, "sequences");
  const found: ReadSequence[] = [];
  const problems: Problem[] = [];
  const { files } = await namesIn(folder);
  for (const name of files) {
    const { source, problems: unread } = await readSource(folder, name);
    const { read, problems: wrong } = source ? readSequence(source, reading) : { problems: [] };
    if (read) found.push(read);
    problems.push(...unread, ...wrong);
  }
  return {
    sequences: found.map(({ sequence }) => sequence),
    // Also of those that cannot be read: who names them is not wrong.
    keys: files.flatMap((name) => (name.endsWith(".yaml") ? [name.slice(0, -".yaml".length)] : [])),
    problems: [...problems, ...repeatedIds(found)],
  };
}

function repeatedIds(found: readonly ReadSequence[]): Problem[] {
  return found.flatMap(({ sequence: { id }, yaml }, index) => {
    const first = found.findIndex(({ sequence }) => sequence.id === id);
    if (first === index) return [];
    return [
      problemAt(
        yaml.file,
        yaml.at(["id"]),
        "repeated-id",
        `This is the id of ${found[first]?.yaml.file} as well`,
        "Give each sequence its own id",
      ),
    ];
  });
}

function directoryOf(locations: readonly Location[], employees: readonly Employee[]): Directory {
  const byId = new Map(locations.map((location) => [location.id, location]));
  const people = new Map(employees.map((employee) => [employee.id, employee]));
  return { locations, employees, location: (id) => byId.get(id), employee: (id) => people.get(id) };
}
