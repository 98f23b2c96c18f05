import type { Test } from "tap";
import type { Letter, LetterSource, Unfilled } from "../../../core/contracts/step.js";
import { LIMITS } from "../../../core/templates/limits.js";
import type { Patience } from "../../../core/templates/render-thread.js";
import { renderer, type Renderer } from "../../../core/templates/renderer.js";

export type Values = Parameters<ReturnType<Renderer["letters"]>>[0];

/** Longer than any letter here takes on a machine that is busy with other tests, but for those that never end. */
export const patience: Patience = { read: 20_000, fill: 20_000, idle: 20_000 };

/** A renderer that ends with its test. */
export function rendererOf(t: Test, options: Parameters<typeof renderer>[0] = {}): Renderer {
  const made = renderer({ patience, ...options });
  t.teardown(() => made.close());
  return made;
}

/** A leash that nothing strains against, however slow the machine is, and one that everything interpreted does. */
export const long = { ...LIMITS, render: 60_000 };
export const none = { ...LIMITS, render: -1 };

export function letter(text: string, more: Partial<LetterSource> = {}): LetterSource {
  return { subject: "Hello", html: null, text, language: "en", purpose: "transactional", ...more };
}

export function values(context: object = {}): Values {
  return { contact: { firstName: "Ana" }, context, links: { unsubscribe: "https://mail.example/u/T" } };
}

export function textOf(done: Letter | Unfilled): string {
  return "unfilled" in done ? `unfilled: ${done.unfilled}` : done.text;
}

/** Nothing but the end of its thread stops it: lists within lists, each twice as large as the one before, that write nothing. */
export const endless = `{% assign a = '' | split: ',' | push: '' %}${"{% assign a = a | push: a %}".repeat(60)}{{ a }}`;

/** Lists within lists that write 160 MB at once. Of `context.big`, 5,000 characters. */
export const greedy = `{% assign a = context.big | split: ',' %}${"{% assign a = a | push: a %}".repeat(15)}{{ a }}`;
