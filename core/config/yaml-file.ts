import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Document, Node, Pair, YAMLMap } from "yaml";
import { problemAt, type Position, type Problem } from "./problem.js";
import { positionInScalar } from "./scalar-position.js";
import { syntaxProblems } from "./syntax-problems.js";

const MOST_ALIASES = 100;
const LONGEST = 2_000_000;

export type Path = readonly (string | number)[];

/** A YAML file as plain values, with the places where they stand. */
export interface YamlFile {
  readonly file: string;
  /** `null` for an empty file. */
  readonly value: unknown;
  /** Where the value at `path` begins, or else the nearest value around it that is there. */
  at(path: Path): Position;
  /** Where the key of the value at `path` stands; the value itself when it has none. */
  keyAt(path: Path): Position;
  /** Where a place inside the text at `path` stands in the file. */
  inside(path: Path, place: Position): Position;
}

/**
 * Reads one strict YAML 1.2 document whose first line is line `firstLine` of `file`. Without `yaml` it has no reliable structure. With
 * it there may still be problems, as a key that is there twice.
 */
export function readYaml(file: string, source: string, firstLine = 1): { yaml?: YamlFile; problems: Problem[] } {
  if (source.length > LONGEST)
    return { problems: [problemAt(file, { line: 1, column: 1 }, "yaml-syntax", "The file is too large")] };
  const lines = new LineCounter();
  const document = parseDocument(source, {
    version: "1.2",
    schema: "core",
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    merge: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: line - 1 + firstLine, column: col };
  };
  const { problems, broken } = syntaxProblems(document, source, (offset, rule, message, hint) =>
    problemAt(file, position(offset), rule, message, hint),
  );
  if (broken) return { problems };
  try {
    return {
      yaml: located(file, document, document.toJS({ maxAliasCount: MOST_ALIASES }), source, position),
      problems,
    };
  } catch {
    const hint = "Write the value out where it is needed";
    return {
      problems: [
        ...problems,
        problemAt(file, position(firstAlias(document)), "yaml-alias", "Aliases cannot be followed here", hint),
      ],
    };
  }
}

function located(
  file: string,
  document: Document,
  value: unknown,
  source: string,
  position: (offset: number) => Position,
): YamlFile {
  return {
    file,
    value,
    at: (path) => position(nodeAt(document, path)?.range?.[0] ?? 0),
    keyAt: (path) => position((keyNode(document, path) ?? nodeAt(document, path))?.range?.[0] ?? 0),
    inside(path, place) {
      const node = nodeAt(document, path);
      const offset = isScalar(node) ? positionInScalar(node, source, place) : node?.range?.[0];
      return position(offset ?? 0);
    },
  };
}

/** The node at `path`, or the deepest one on the way to it. */
function nodeAt(document: Document, path: Path): Node | undefined {
  let node: Node | undefined = document.contents ?? undefined;
  for (const key of path) {
    const inner = child(resolvedAlias(node, document), key);
    if (!inner) return node;
    node = inner;
  }
  return node;
}

function child(node: Node | undefined, key: string | number): Node | undefined {
  if (isSeq(node)) return node.items[Number(key)] as Node | undefined;
  return isMap(node) ? (pairOf(node, key)?.value ?? undefined) : undefined;
}

/** Of a key that is there twice, the last one: its value is the one that was read. */
function pairOf(map: YAMLMap, key: string | number): Pair<Node, Node | null> | undefined {
  return map.items.findLast((pair) => isScalar(pair.key) && pair.key.value === key) as
    Pair<Node, Node | null> | undefined;
}

function resolvedAlias(node: Node | undefined, document: Document): Node | undefined {
  return isAlias(node) ? (node.resolve(document) ?? node) : node;
}

function keyNode(document: Document, path: Path): Node | undefined {
  const parent = resolvedAlias(nodeAt(document, path.slice(0, -1)), document);
  const key = path.at(-1);
  return isMap(parent) && key !== undefined ? pairOf(parent, key)?.key : undefined;
}

function firstAlias(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias(_, { range }) {
      offset = range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}
