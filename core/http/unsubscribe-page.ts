import { hash } from "node:crypto";

export type PageKind = "ask" | "done" | "unknown" | "later";

interface Words {
  title: string;
  text: string;
  button?: string;
}

const style =
  "body{font:1.125rem/1.5 system-ui,sans-serif;margin:0;padding:15vh 1.5rem;color:#1a1a1a;background:#fff}" +
  "main{max-width:32rem;margin:0 auto}h1{font-size:1.5rem;line-height:1.25}" +
  "button{font:inherit;padding:.75rem 1.5rem;border:0;border-radius:.375rem;color:#fff;background:#1d4ed8;cursor:pointer}" +
  "button:focus-visible{outline:3px solid #1a1a1a;outline-offset:3px}" +
  "@media(prefers-color-scheme:dark){body{color:#f2f2f2;background:#161616}button:focus-visible{outline-color:#f2f2f2}}";

/** The headers of every page: nothing is loaded, framed, kept, indexed, or told where the reader came from. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'none'",
    `style-src 'sha256-${hash("sha256", style, "base64")}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Cache-Control": "no-store",
  "X-Robots-Tag": "noindex, nofollow",
};

const words: Readonly<Record<string, Readonly<Record<PageKind, Words>>>> = {
  en: {
    ask: { title: "Unsubscribe?", text: "You will get no more messages of this kind from us.", button: "Unsubscribe" },
    done: { title: "You are unsubscribed", text: "You will get no more messages of this kind from us." },
    unknown: { title: "This link is not valid", text: "Please use the link exactly as it stands in the message." },
    later: { title: "That did not work", text: "Please try again in a moment." },
  },
  de: {
    ask: {
      title: "Abmelden?",
      text: "Sie erhalten dann keine Nachrichten dieser Art mehr von uns.",
      button: "Abmelden",
    },
    done: { title: "Sie sind abgemeldet", text: "Sie erhalten keine Nachrichten dieser Art mehr von uns." },
    unknown: {
      title: "Dieser Link ist nicht gültig",
      text: "Bitte verwenden Sie den Link genau so, wie er in der Nachricht steht.",
    },
    later: { title: "Das hat nicht geklappt", text: "Bitte versuchen Sie es gleich noch einmal." },
  },
  fr: {
    ask: {
      title: "Se désabonner ?",
      text: "Vous ne recevrez plus de messages de ce type de notre part.",
      button: "Se désabonner",
    },
    done: { title: "Vous êtes désabonné", text: "Vous ne recevrez plus de messages de ce type de notre part." },
    unknown: {
      title: "Ce lien n’est pas valide",
      text: "Veuillez utiliser le lien exactement comme il figure dans le message.",
    },
    later: { title: "Cela n’a pas fonctionné", text: "Veuillez réessayer dans un instant." },
  },
  es: {
    ask: {
      title: "¿Darse de baja?",
      text: "No recibirá más mensajes de este tipo de nuestra parte.",
      button: "Darse de baja",
    },
    done: { title: "Se ha dado de baja", text: "No recibirá más mensajes de este tipo de nuestra parte." },
    unknown: { title: "Este enlace no es válido", text: "Use el enlace exactamente como aparece en el mensaje." },
    later: { title: "No ha funcionado", text: "Inténtelo de nuevo en un momento." },
  },
};

/** The first language of `preferred` (an `Accept-Language` header) that the pages speak, else `fallback`, else English. */
export function pageLanguage(preferred: string | undefined, fallback: string): string {
  const wanted = [...(preferred ?? "").split(","), fallback].map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return wanted.find((language) => Object.hasOwn(words, language)) ?? "en";
}

/** A whole HTML page. Its form posts to the page's own address. */
export function page(kind: PageKind, language: string): string {
  const { title, text, button } = (words[language] ?? words["en"])?.[kind] as Words;
  const form = button === undefined ? "" : `<form method="post"><button type="submit">${button}</button></form>`;
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${title}</title>` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow">` +
    `<style>${style}</style></head><body><main><h1>${title}</h1><p>${text}</p>${form}</main></body></html>`
  );
}
