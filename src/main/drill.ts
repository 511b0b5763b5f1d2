/** `npm run drill`: breaks a practice pair, measures, and exits 0 only if what must happen did, in every run. */
import { resolve } from 'node:path';
import { machineClock, systemRandom } from '#core/clock';
import { outliveReaders } from '#core/command-line';
import { createLogger } from '#core/logging';
import { createDrill, type DrillOptions, HELP, parseDrillArguments, reportText } from '#main/drill';
import { createNodeLauncher } from '#main/practice';
import { nearestLocale } from '#shared/i18n';

const EXIT = { ok: 0, notOk: 1, wrongArguments: 2, interrupted: 130 } as const;

function begin(options: DrillOptions): void {
  const locale = nearestLocale(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG);
  const drill = createDrill(
    options,
    {
      clock: machineClock,
      random: systemRandom,
      log: createLogger({ name: 'drill', level: 'error', destination: 'stderr' }),
      launcher: createNodeLauncher(),
      nodeEntry: resolve(import.meta.dirname, '../mtnode/main.ts'),
      consoleEntry: resolve(import.meta.dirname, 'drill-consoles/main.ts'),
      reaperEntry: resolve(import.meta.dirname, 'practice/reaper.ts'),
    },
    { locale, progress: (line) => process.stderr.write(`${line}\n`) },
  );
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // The second time there is no waiting: what is left over the reaper ends.
      if (interrupted) process.exit(EXIT.interrupted);
      interrupted = true;
      void drill.close().finally(() => process.exit(EXIT.interrupted));
    });
  }
  void drill.run().then((report) => {
    if (interrupted) return;
    const text = options.json ? `${JSON.stringify(report)}\n` : reportText(report, locale);
    process.stdout.write(text, () => process.exit(report.ok ? EXIT.ok : EXIT.notOk));
  });
}

outliveReaders();
const parsed = parseDrillArguments(process.argv.slice(2));
if (parsed.kind === 'run') begin(parsed.options);
else if (parsed.kind === 'help') process.stdout.write(HELP);
else {
  process.stderr.write(`${parsed.line}\n`);
  process.exitCode = EXIT.wrongArguments;
}
