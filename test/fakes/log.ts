import type { Log, LogFields } from "../../core/contracts/log.js";

export interface LogLine {
  level: keyof Log;
  fields: LogFields;
  message: string;
}

/** A log that remembers. */
export class FakeLog implements Log {
  readonly lines: LogLine[] = [];

  info(fields: LogFields, message: string): void {
    this.lines.push({ level: "info", fields, message });
  }
  warn(fields: LogFields, message: string): void {
    this.lines.push({ level: "warn", fields, message });
  }
  error(fields: LogFields, message: string): void {
    this.lines.push({ level: "error", fields, message });
  }
}
