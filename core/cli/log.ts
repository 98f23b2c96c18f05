import { pino } from "pino";
import type { Log, LogFields } from "../contracts/log.js";
import { pretty } from "./pretty.js";
import type { Sink } from "./shell.js";

/**
 * Logs to `sink`: one JSON object a line (`level time message` and the fields), or lines for people on a terminal. What looks like an
 * email address or a secret is masked wherever it stands, in the words of foreign errors too.
 */
export function createLog(sink: Sink, level: "info" | "warn" = "info"): Log {
  const write = sink.isTTY ? (line: string) => void sink.write(pretty(line)) : (line: string) => void sink.write(line);
  const logger = pino(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: (fields) => safe(fields as LogFields) },
    },
    { write },
  );
  return {
    info: (fields, message) => logger.info(fields, masked(message)),
    warn: (fields, message) => logger.warn(fields, masked(message)),
    error: (fields, message) => logger.error(fields, masked(message)),
  };
}

function safe(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, safeValue(value)]));
}

function safeValue(value: LogFields[string]): unknown {
  if (value instanceof Error) return told(value);
  return typeof value === "string" ? masked(value) : value;
}

/** An error with its causes, three deep. */
function told(error: Error, depth = 0): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const code = (error as NodeJS.ErrnoException).code;
  return {
    name,
    message: masked(message),
    ...(code === undefined ? {} : { code }),
    ...(stack === undefined ? {} : { stack: masked(stack) }),
    ...(cause instanceof Error && depth < 2 ? { cause: told(cause, depth + 1) } : {}),
  };
}

const ADDRESS = /[^\s@<>"'(),:;/]{1,64}@[^\s@<>"'(),:;/]{1,255}/g;
const SECRET = /\b(?:dem_|SG\.|Bearer )[\w.~+/=-]{8,}/g;

function masked(text: string): string {
  // Nearly every line has none, and looking for one costs more than all the rest of it.
  const named = text.includes("@") ? text.replace(ADDRESS, "[address]") : text;
  return named.replace(SECRET, "[secret]");
}
