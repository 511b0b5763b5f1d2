import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWholeFile } from '#core/whole-file';
import { LOCALES, type Locale } from '#shared/i18n';
import { type SetupReport, setupReportSchema } from '#shared/setup';
import { reportHtml } from './report-html.ts';

/** The verification reports, each as JSON and, self-contained, as a page in either language. */
export interface ReportStore {
  /** Keeps it; resolves once it is written. */
  put(report: SetupReport): Promise<void>;
  /** Undefined where there is none, or what is there is none. */
  get(id: string): Promise<SetupReport | undefined>;
}

const ID = /^[A-Za-z0-9-]{8,128}$/;

/** null: they are kept in memory, and end with the console. */
export function openReportStore(directory: string | null): ReportStore {
  const kept = new Map<string, SetupReport>();
  return {
    async put(report) {
      kept.set(report.id, report);
      if (directory === null) return;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const write = (name: string, text: string) => writeWholeFile(join(directory, name), text, { mode: 0o600 });
      await write(`${report.id}.json`, `${JSON.stringify(report, null, 1)}\n`);
      for (const locale of LOCALES) await write(pageName(report.id, locale), reportHtml(report, locale));
    },
    async get(id) {
      const known = kept.get(id);
      if (known || directory === null || !ID.test(id)) return known;
      try {
        return setupReportSchema.parse(JSON.parse(await readFile(join(directory, `${id}.json`), 'utf8')));
      } catch {
        // Removed, or not one of ours: there is none.
        return undefined;
      }
    },
  };
}

function pageName(id: string, locale: Locale): string {
  return `${id}.${locale}.html`;
}
