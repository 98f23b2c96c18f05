import { usesPath } from "./check.js";

/** The words of the link, by language; English for every other one. */
const WORDS: Readonly<Record<string, string>> = {
  en: "Unsubscribe",
  de: "Abmelden",
  es: "Darse de baja",
  fr: "Se désabonner",
  it: "Annulla l'iscrizione",
  nl: "Afmelden",
  pl: "Wypisz się",
  pt: "Cancelar a subscrição",
  sv: "Avsluta prenumerationen",
};
const LINK = ["links", "unsubscribe"];

/** An HTML template that holds the unsubscribe link: as it is when it uses it, else with a footer at the end of its body. */
export function withHtmlFooter(html: string, language: string): string {
  if (usesPath(html, "html", LINK)) return html;
  const footer = `<p style="font-size:12px;color:#666666"><a href="{{ links.unsubscribe }}">${words(language)}</a></p>`;
  const end = html.toLowerCase().lastIndexOf("</body>");
  return end < 0 ? `${html}\n${footer}\n` : `${html.slice(0, end)}${footer}\n${html.slice(end)}`;
}

/** The same for a text template. */
export function withTextFooter(text: string, language: string): string {
  return usesPath(text, "text", LINK) ? text : `${text.trimEnd()}\n\n${words(language)}: {{ links.unsubscribe }}\n`;
}

function words(language: string): string {
  return WORDS[language.slice(0, 2).toLowerCase()] ?? "Unsubscribe";
}
