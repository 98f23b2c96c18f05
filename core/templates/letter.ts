import type { Letter, LetterSource } from "../contracts/step.js";
import type { Budget } from "./budget.js";
import { compileTemplate } from "./compile.js";
import type { TemplateValues } from "./engine.js";
import { withHtmlFooter, withTextFooter } from "./footer.js";
import { compileText } from "./plain-text.js";

/** Fills in all the texts of one mail, for no more than the budget. Throws nothing but `TemplateFailure`. */
export type FillLetter = (values: TemplateValues, budget: Budget) => Letter;

/** Compiles the texts of one language. Throws `TemplateFailure`. */
export function compileLetter(source: LetterSource): FillLetter {
  const { language, purpose } = source;
  const marketing = purpose === "marketing";
  const html = source.html !== null && marketing ? withHtmlFooter(source.html, language) : source.html;
  const text = source.text !== null && marketing ? withTextFooter(source.text, language) : source.text;

  const fillSubject = compileTemplate(source.subject, "subject");
  const fillHtml = html === null ? undefined : compileTemplate(html, "html");
  const fillText = text === null ? compileText(html ?? "") : compileTemplate(text, "text");
  return (values, budget) => ({
    subject: fillSubject(values, budget),
    text: fillText(values, budget),
    html: fillHtml?.(values, budget),
  });
}
