/** Structured logging without personal data: fields hold ids, names of parts and counts; never addresses, names, contents or secrets. */
export interface Log {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined | Error>>;
