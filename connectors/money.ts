import type { Json } from "../core/contracts/model.js";
import { decimal, text } from "./field.js";

/** Currencies whose smallest unit is not a hundredth, as payment platforms count them. https://docs.stripe.com/currencies */
const ones = new Set("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" "));
const thousandths = new Set("BHD IQD JOD KWD LYD OMR TND".split(" "));

/** ISO 4217, upper case; `null` for what is no code of three letters. */
export function currencyCode(value: Json | undefined): string | null {
  const code = text(value)?.toUpperCase() ?? "";
  return /^[A-Z]{3}$/.test(code) ? code : null;
}

/** An amount in the currency's smallest unit, in units: 4700 USD are 47, 4700 JPY are 4700. `null` when either is missing. */
export function fromSmallest(amount: Json | undefined, currency: Json | undefined): number | null {
  const count = decimal(amount);
  const code = currencyCode(currency);
  if (count === null || code === null) return null;
  if (ones.has(code)) return count;
  return count / (thousandths.has(code) ? 1000 : 100);
}

/** Whether `back` gives all of `total` back. Sums of decimal amounts are off by less than any coin. */
export function isAllOf(back: number | null, total: number | null): boolean {
  return back !== null && total !== null && total > 0 && back > total - 0.0001;
}
