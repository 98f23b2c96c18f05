import { styleText } from "node:util";

const COLOURS = { info: "green", warn: "yellow", error: "red" } as const;

/** One JSON line of the log as a line for people: time, level, message, fields; an error's stack below. */
export function pretty(line: string): string {
  const { level, time, message, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const errors: string[] = [];
  const words = Object.entries(fields).map(([name, value]) => {
    if (value === null || typeof value !== "object") return styleText("dim", `${name}=${String(value)}`);
    const { message: reason, stack } = value as { message?: string; stack?: string };
    if (stack !== undefined) errors.push(stack);
    return styleText("dim", `${name}=${JSON.stringify(reason ?? value)}`);
  });
  const colour = COLOURS[level as keyof typeof COLOURS];
  const head = [String(time).slice(11, 19), styleText(colour, String(level).padEnd(5)), String(message), ...words];
  return `${[head.join(" "), ...errors].join("\n")}\n`;
}
