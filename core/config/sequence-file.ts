import type { StepDefinition } from "../contracts/model.js";
import type { StepReading } from "../contracts/step.js";
import type { PublishedSequence } from "../contracts/store.js";
import { derivedId } from "./derived-id.js";
import { isKey } from "./fields.js";
import { problemAt, type Problem } from "./problem.js";
import { checked } from "./schema.js";
import { sequenceSchema, type SequenceFile } from "./sequence-schema.js";
import { readSteps, type SequenceReading, type StepSettings } from "./sequence-steps.js";
import type { SourceFile } from "./source-files.js";
import { readYaml, type YamlFile } from "./yaml-file.js";

/** A sequence that was read, and the file for what others have against it. */
export interface ReadSequence {
  sequence: PublishedSequence;
  yaml: YamlFile;
}

/** Reads one `sequences/<key>.yaml`, steps and all. */
export function readSequence(
  source: SourceFile,
  reading: SequenceReading,
): { read?: ReadSequence; problems: Problem[] } {
  const key = source.name.replace(/\.yaml$/, "");
  if (!source.name.endsWith(".yaml") || !isKey(key)) {
    const hint = "Name it <key>.yaml, with a key of lower-case letters, digits and hyphens";
    return {
      problems: [problemAt(source.file, { line: 1, column: 1 }, "file-name", "This is no name of a sequence", hint)],
    };
  }
  const { yaml, problems } = readYaml(source.file, source.text);
  if (!yaml) return { problems };
  const { value, problems: wrong } = checked(sequenceSchema([...reading.stepTypes.keys()]), yaml);
  const steps = readSteps(yaml, reading, stepReading(yaml, reading));
  const all = [...problems, ...wrong, ...steps.problems];
  return value && all.length === 0
    ? { read: { sequence: published(key, value, steps.settings, reading), yaml }, problems: [] }
    : { problems: all };
}

function stepReading({ value }: YamlFile, { language, vars, templates, expressions }: SequenceReading): StepReading {
  return {
    // Where the purpose itself is wrong the steps are still read, as those of either would be.
    purpose: (value as Partial<SequenceFile> | null)?.purpose === "marketing" ? "marketing" : "transactional",
    language,
    vars,
    time: (source) => expressions.checkTime(source),
    template: (name) => templates.get(name)?.languages,
    templates: [...templates.keys()],
  };
}

function published(
  key: string,
  file: SequenceFile,
  settings: readonly StepSettings[],
  { organization }: SequenceReading,
): PublishedSequence {
  const steps = settings.flatMap((own, index): StepDefinition[] => {
    const entry = file.steps[index];
    return entry ? [{ id: entry.id, delay: entry.delay ?? 0, when: entry.when ?? null, ...own }] : [];
  });
  return {
    id: file.id ?? derivedId(organization, "sequence", key),
    key,
    name: file.name,
    status: file.status ?? "active",
    definition: { purpose: file.purpose, reentry: reentry(file), ...exitWhen(file), steps },
  };
}

function reentry({ run }: SequenceFile): PublishedSequence["definition"]["reentry"] {
  if (!run?.reentry) return null;
  const { cooldown, per } = run.reentry;
  return per === "entity" ? { cooldown, per } : { cooldown };
}

/** Left out where nothing is said, so that a definition of before there was any of it is still the same. */
function exitWhen({ exitWhen: conditions = [] }: SequenceFile): Pick<PublishedSequence["definition"], "exitWhen"> {
  return conditions.length > 0 ? { exitWhen: conditions.map(({ event }) => event) } : {};
}
