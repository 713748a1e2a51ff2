/** The forms of a counted noun: `other`, and those that the language has beside it. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** Writes the numbers of one language. */
export interface Numbers {
  /** A number and its noun: `1 picture`, `2 pictures`. */
  readonly count: (count: number, forms: Forms) => string;
  /** A number with `places` decimal places. */
  readonly decimal: (value: number, places: number) => string;
}

/** The numbers of the language with this BCP 47 tag. */
export function numbersIn(language: string): Numbers {
  const rules = new Intl.PluralRules(language);
  const format = new Intl.NumberFormat(language);
  return {
    count: (count, forms) => `${format.format(count)} ${forms[rules.select(count)] ?? forms.other}`,
    decimal: (value, places) =>
      value.toLocaleString(language, { minimumFractionDigits: places, maximumFractionDigits: places }),
  };
}
