import type { PlatformHttp } from "../../core/contracts/connector.js";
import { Gone } from "../../core/contracts/errors.js";
import type { Json } from "../../core/contracts/model.js";

/** A platform's API that answers what it is told by path, `Gone` for other paths, and throws the errors among its answers. */
export function fakePlatform(answers: Readonly<Record<string, Json | Error>> = {}): PlatformHttp & { calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    async get(path) {
      calls.push(path);
      const answer = answers[path];
      if (answer instanceof Error) throw answer;
      if (answer === undefined) throw new Gone(`There is nothing at ${path}`);
      return structuredClone(answer);
    },
  };
}
