/** As the server's tables name it. */
export type Separator = 'comma' | 'semicolon';

/** What makes a spreadsheet take a text for a formula. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** Rows as a CSV file (RFC 4180) that spreadsheets read as UTF-8; a text they would run is marked as a text. */
export function csvLines(rows: readonly (readonly string[])[], separator: Separator): string {
  const between = separator === 'semicolon' ? ';' : ',';
  const cell = (text: string) => `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(between)}\r\n`).join('')}`;
}

/** Between the cells of a table that is saved: a German spreadsheet takes commas for decimal signs. */
export function separatorOf(language: string): Separator {
  return language.startsWith('de') ? 'semicolon' : 'comma';
}
