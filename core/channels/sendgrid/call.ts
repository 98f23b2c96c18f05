import type { Dispatcher } from "undici";
import type { CallEnd } from "./outcome-of-answer.js";

/**
 * One request on its way. undici calls `onRequestStart` when it has a connection and is about to write to it, and never writes before:
 * without that call nothing has left, and a throw there keeps it so.
 */
export class Call implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private head: { status: number; headers: Record<string, string | string[] | undefined> } | undefined;
  private readonly chunks: Buffer[] = [];
  private ended = false;

  constructor(private readonly onEnd: (end: CallEnd) => void) {}

  cut(why: string): void {
    this.fail(why);
    this.controller?.abort(new Error(`The call was cut: ${why}`));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.ended) throw new Error("The call was cut while it waited for a connection");
    if (this.controller) throw new Error("A message must not be posted twice");
    this.controller = controller;
  }

  onResponseStart(_: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status >= 200) this.head = { status, headers };
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.head) this.end({ ...this.head, body: this.body(), complete: true });
  }

  /** undici's errors name the peer and may quote what it sent: only their code goes on. */
  onResponseError(_: unknown, error: Error & { code?: unknown }): void {
    this.fail(typeof error.code === "string" && /^\w+$/.test(error.code) ? error.code : "unknown");
  }

  private fail(failure: string): void {
    if (this.head) this.end({ ...this.head, body: this.body(), complete: false });
    else this.end({ failure, written: this.controller !== undefined });
  }

  private end(end: CallEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd(end);
  }

  private body(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}
