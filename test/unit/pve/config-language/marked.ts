import type { ConfigDiagnostic } from '../../../../src/pve/config/language/index.ts';

/** A text with each finding under its line, as an editor underlines it: the way the golden texts of these tests are written. */
export function marked(text: string, findings: readonly ConfigDiagnostic[]): string {
  return text
    .split('\n')
    .flatMap((line, number) => [
      line,
      ...findings
        .filter((finding) => finding.line === number)
        .map(({ start, end, severity, code, message, replacement }) => `${' '.repeat(start)}${'~'.repeat(end - start)} ${severity} ${code}: ${message}${replacement === undefined ? '' : ` → ${replacement}`}`),
    ])
    .join('\n');
}
