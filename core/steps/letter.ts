import type { Purpose } from "../contracts/model.js";
import { compileTemplate } from "../templates/compile.js";
import type { TemplateValues } from "../templates/engine.js";
import { compileText } from "../templates/plain-text.js";
import type { EmailTexts } from "./email-texts.js";
import { withHtmlFooter, withTextFooter } from "./footer.js";

/** Fills in all the texts of one mail. Throws `TemplateFailure`. */
export type Letter = (values: TemplateValues) => { subject: string; text: string; html: string | undefined };

/** Compiles the texts of one language. A text part that is missing is made from the HTML; marketing mail always holds the unsubscribe link. */
export function letterOf(texts: EmailTexts, language: string, purpose: Purpose): Letter {
  const marketing = purpose === "marketing";
  const html = texts.html !== null && marketing ? withHtmlFooter(texts.html, language) : texts.html;
  const text = texts.text !== null && marketing ? withTextFooter(texts.text, language) : texts.text;

  const fillSubject = compileTemplate(texts.subject, "subject");
  const fillHtml = html === null ? undefined : compileTemplate(html, "html");
  const fillText = text === null ? compileText(html ?? "") : compileTemplate(text, "text");
  return (values) => ({ subject: fillSubject(values), text: fillText(values), html: fillHtml?.(values) });
}
