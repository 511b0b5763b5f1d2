import type { ConfigFileError, ConfigFinding } from '#main/config-files';
import { type Locale, type Said, said, sentence } from '#shared/i18n';

/** What `--json` prints of something that is wrong. */
export interface ProblemJson {
  severity: 'error' | 'warning';
  field: string | null;
  line: number | null;
  column: number | null;
  reason: Said;
}

/** A finding as `--json` prints it. */
export function findingJson({ severity, field, said: text, place }: ConfigFinding): ProblemJson {
  return { severity, field, line: place?.line ?? null, column: place?.column ?? null, reason: said(text) };
}

/** What made a file unreadable, as a finding of it. */
export function errorFinding({ said: text, place }: ConfigFileError): ConfigFinding {
  return { severity: 'error', field: null, said: text, place };
}

/** One line a finding. */
export function findingLines(findings: readonly ConfigFinding[], locale: Locale): string {
  return findings
    .map(({ severity, said: text }) => {
      const words = sentence(locale, text).replaceAll('\n', ' ');
      return severity === 'error' ? `config: ${words}\n` : `config: (${words})\n`;
    })
    .join('');
}
