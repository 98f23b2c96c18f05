const marks: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
const codes = new Set(["&", "<", ">", '"', "'"]);

/** The key that a WooCommerce site signs with: the webhook's secret with `& < > " '` where it has their entities, each decoded once. */
export function signingSecret(secret: string): string {
  return secret.replace(
    /&(?:#0*(\d{2})|#x0*([0-9a-f]{2})|(amp|lt|gt|quot));/gi,
    (entity, ten?: string, sixteen?: string, name?: string) => {
      if (name !== undefined) return marks[name] ?? entity;
      const mark = String.fromCharCode(ten === undefined ? Number.parseInt(sixteen ?? "", 16) : Number(ten));
      return codes.has(mark) ? mark : entity;
    },
  );
}
